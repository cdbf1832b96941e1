"""`library stack` and `library unstack`: several entries in one, and one of them out again."""

from __future__ import annotations

import argparse
from dataclasses import replace

from core.cli.commands import Commands, add_command, library_of
from core.cli.console import Console, status_of
from core.cli.job_commands import run_job, tell_erasure
from core.errors import InputError
from core.jobs.events import Result
from core.jobs.spec import StackSpec

_ENTRY = "by id, unique beginning of an id, or name"


def add_to(actions: Commands, common: argparse.ArgumentParser) -> None:
    """Add `stack` and `unstack` to the actions of `library`."""
    summary = "Put several entries of one model into a new one."
    stacking = add_command(actions, common, "stack", stack, summary, "Pipwick car --how projection --name Both")
    stacking.add_argument("entries", metavar="ENTRY", nargs="+", help=f"two or more entries, {_ENTRY}")
    stacking.add_argument("--how", default=StackSpec.how, help="sum, ties or projection; %(default)s by default")
    stacking.add_argument("--strength", type=float, action="append", default=[], dest="strengths",
        help="how much of an entry's change goes in, once an entry; each one's own by default")  # fmt: skip
    _add_shared(stacking)
    summary = "Make a stack again without one of its parts; the stack itself stays."
    taking = add_command(actions, common, "unstack", unstack, summary, "Both car --name Pipwick-alone")
    taking.add_argument("entry", metavar="ENTRY", help=f"the stack, {_ENTRY}")
    taking.add_argument("part", metavar="PART", help="what to leave out, by id or name")
    _add_shared(taking)


def _add_shared(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--name", default="", help="what the new entry is called; its concepts by default")
    add("--prompt", default="", help="what the clips before and after show; that of the first entry by default")
    add("--host", default=StackSpec.host, help="who makes those clips; %(default)s by default")
    add("--full", action="store_true", help="the full scorecard, which takes a quarter of an hour")


def stack(arguments: argparse.Namespace, console: Console) -> int:
    """Stack the named entries."""
    spec = StackSpec(
        entries=tuple(arguments.entries),
        how=arguments.how,
        strengths=tuple(arguments.strengths),
        seed=arguments.seed,
        library=arguments.library,
    )
    return _run(spec, arguments, console)


def unstack(arguments: argparse.Namespace, console: Console) -> int:
    """Stack what remains without the named part."""
    from core.jobs.parts import without

    spec = without(library_of(arguments), arguments.entry, arguments.part)
    return _run(replace(spec, seed=arguments.seed), arguments, console)


def _run(spec: StackSpec, arguments: argparse.Namespace, console: Console) -> int:
    if arguments.prompt and not arguments.prompt.strip():
        raise InputError("The prompt is empty.", fix="Say what to show, or leave --prompt out.")
    given = {name: getattr(arguments, name) for name in ("name", "prompt", "host")}
    last = run_job(replace(spec, quick=not arguments.full, **given), console)
    if isinstance(last, Result):
        tell_erasure(last.data, console)
    return status_of(last)
