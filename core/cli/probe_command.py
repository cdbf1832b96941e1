"""`probe`: whether an erased concept can be brought back."""

from __future__ import annotations

import argparse
from typing import Any

from core.cli.commands import Commands, add_command
from core.cli.console import Console, status_of
from core.cli.job_commands import run_job
from core.cli.tables import figure, table
from core.jobs.events import Result
from core.jobs.probe_list import PROBES
from core.jobs.spec import ProbeSpec

_TEXT_FREE = "* reads no text: an erasure of the text encoder cannot close this way, for the denoiser is unchanged."


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `probe`."""
    summary = "Try to bring an erased concept back, by prompts and by attacks, and keep a report with the entry."
    example = "Pipwick --probes direct,token_search --budget 100"
    parser = add_command(commands, common, "probe", probe, summary, example)
    names = ", ".join(card.name if card.usual else f"{card.name} (only when named)" for card in PROBES)
    add = parser.add_argument
    add("entry", metavar="ENTRY", help="an entry, by id, unique beginning of an id, or name")
    add("--probes", metavar="NAMES", default="", help=f"names with commas between: {names}")
    add("--prompts", metavar="FILE", default="", help="your own prompts, one a line, to try as well")
    add("--host", default="still", help="who answers: %(default)s by default, or a host that makes clips")
    add("--pictures", type=int, default=12, help="pictures or clips of each probe, 4 to 400; %(default)s by default")
    add("--budget", type=int, default=40, help="search steps that each attack may take; %(default)s by default")


def probe(arguments: argparse.Namespace, console: Console) -> int:
    """Run the probes and print what came of them."""
    spec = ProbeSpec(
        entry=arguments.entry,
        probes=tuple(name for part in arguments.probes.split(",") if (name := part.strip())),
        prompts=arguments.prompts,
        host=arguments.host,
        pictures=arguments.pictures,
        budget=arguments.budget,
        seed=arguments.seed,
        library=arguments.library,
    )
    last = run_job(spec, console)
    if isinstance(last, Result):
        probes = last.data["report"]["probes"]
        console.say(f"\nHow often the concept is seen, each with its 95 % interval and n:\n{probe_table(probes)}")
        if not all(found["text"] for found in probes):
            console.say(_TEXT_FREE)
        for note in (f"{found['title']}: {found['note']}" for found in probes if found["note"]):
            console.say(note)
        console.say(f"The report is in {last.data['path']}.")
    return status_of(last)


def probe_table(probes: list[dict[str, Any]]) -> str:
    """One line a probe: how often the concept was seen before and after, and the seconds it took."""
    return table([("probe", "asked", "before", "after", "seconds"), *map(_row, probes)])


def _row(found: dict[str, Any]) -> tuple[str, ...]:
    title = found["title"] if found["text"] else f"{found['title']} *"
    return found["name"], title, figure(found["before"]), figure(found["after"]), f"{found['seconds']:.1f}"
