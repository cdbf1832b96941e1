"""The commands put together, and how each of them ends."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from core.cli import (
    clip_command,
    diagnostics_command,
    doctor,
    gpu_command,
    identify_command,
    job_commands,
    library_commands,
    licences_command,
    model_commands,
    plan_command,
    probe_command,
    queue_command,
    settings_command,
    studio_command,
    updates_command,
)
from core.cli.console import CANCELLED, DONE, Console, status_of
from core.errors import FailureKind, LacunaError
from core.hardware.pack.place import VARIABLE
from core.hardware.pack.use import prepare
from core.hardware.software import lacuna_version
from core.jobs.events import Failure
from core.settings import MEMORY, overriding

_GROUPS = (
    job_commands,
    identify_command,
    probe_command,
    library_commands,
    model_commands,
    plan_command,
    studio_command,
    clip_command,
    queue_command,
    settings_command,
    gpu_command,
    updates_command,
    doctor,
    diagnostics_command,
    licences_command,
)
"""Each adds its commands, in the order in which the help lists them."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with status 2."""
        self.exit(2, f"lacuna: {message}. See: {self.prog} --help\n")


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--library", metavar="DIR", default="", help="the library's folder; yours by default")
    common.add_argument("--json", action="store_true", help="one JSON object a line on stdout, logs on stderr")
    common.add_argument("--device", default="", help="auto, cpu or a GPU such as cuda:0; as set by default")
    common.add_argument("--memory", default="", help=f"{', '.join(MEMORY[:-1])} or {MEMORY[-1]}; as set by default")
    common.add_argument("--seed", type=int, default=0, help="the seed of everything random; %(default)s by default")
    return common


def build_parser() -> argparse.ArgumentParser:
    """The parser of every command."""
    parser = Parser(
        prog="lacuna" if getattr(sys, "frozen", False) else "python main.py",
        description="Erase a concept from the text encoder of a text-to-video model. No command opens the window.",
        epilog="Exit status: 0 done, 2 wrong arguments or input, 3 the job failed, 130 cancelled.",
    )
    parser.add_argument("--version", action="version", version=f"lacuna {lacuna_version()}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for group in _GROUPS:
        group.add_to(commands, _common())
    return parser


def _leave_pipe() -> None:
    """The reader of our output is gone; let the last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failure(error: LacunaError | OSError) -> Failure:
    if isinstance(error, LacunaError):
        return Failure(error.kind, error.what, error.why, error.fix)
    what, why = f"{error.filename or 'A file'} cannot be used.", f"{error.strerror or error}."
    return Failure(FailureKind.STORAGE, what, why, "Check the path, the rights and the space.")


def _again() -> NoReturn:
    """Start the same command anew on the bundled torch, in the place of this process."""
    os.environ[VARIABLE] = "never"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - it is this program


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names and return the exit status; wrong arguments leave by SystemExit(2)."""
    arguments = build_parser().parse_args(argv)
    console = Console(as_json=arguments.json)
    prepare(console.warn, _again)
    try:
        with overriding(device=arguments.device, memory=arguments.memory):
            return arguments.run(arguments, console)
    except KeyboardInterrupt:
        console.warn("Stopped.")
        return CANCELLED
    except BrokenPipeError:
        _leave_pipe()
        return DONE
    except (LacunaError, OSError) as error:
        failure = _failure(error)
        console.emit(failure)
        return status_of(failure)
