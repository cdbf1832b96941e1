"""The man page lacuna(1), made from the command line's own parser, so that it lists the commands that there are."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime

from core.cli.app import build_parser
from core.hardware.software import lacuna_version

_FILES = (
    ("~/.local/share/Lacuna", "library, queue, models and logs"),
    ("~/.config/Lacuna/settings.toml", "settings"),
)


def _plain(text: str) -> str:
    """Text that roff takes as it is: no line of it becomes a request."""
    masked = text.replace("\\", "\\e").replace("-", "\\-").replace("python main.py", "lacuna")
    return "\n".join(f"\\&{line}" if line[:1] in (".", "'") else line for line in masked.splitlines())


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands right below a parser, by name."""
    grouped = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))  # noqa: SLF001
    return {name: command for action in grouped for name, command in action.choices.items()}


def _leaves(parser: argparse.ArgumentParser, path: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command that does something, `library list` as well as `erase`."""
    for name, command in _commands(parser).items():
        below = list(_leaves(command, f"{path}{name} "))
        yield from below or [(f"{path}{name}", command)]


def _arguments(command: argparse.ArgumentParser) -> str:
    """What stands behind a command's own name in its usage, on one line."""
    usage = " ".join(command.format_usage().split())
    return usage.partition(command.prog)[2].replace("[-h] ", "").replace("[-h]", "").strip()


def _entry(path: str, command: argparse.ArgumentParser) -> list[str]:
    told = f"\\fB{_plain(path)}\\fR {_plain(_arguments(command))}".rstrip()
    return [".TP", told, _plain(command.description or "")]


def page(when: int) -> str:
    """The page in roff; `when`, in seconds since 1970, is the date in its foot."""
    parser = build_parser()
    day = datetime.fromtimestamp(when, UTC).strftime("%Y\\-%m\\-%d")
    lines = [f'.TH LACUNA 1 "{day}" "Lacuna {lacuna_version()}" "User Commands"', ".SH NAME"]
    lines += ["lacuna \\- erase a concept from a text\\-to\\-video model", ".SH SYNOPSIS"]
    lines += [".B lacuna", "[\\fIFILE.lacuna\\fR]", ".br", ".B lacuna", "\\fICOMMAND\\fR [\\fIARGUMENT\\fR ...]"]
    lines += [".SH DESCRIPTION", _plain(parser.description or ""), ".SH COMMANDS"]
    lines += ["Every command explains itself with \\fB\\-\\-help\\fR."]
    lines += [line for path, command in _leaves(parser) for line in _entry(path, command)]
    lines += [".SH EXIT STATUS", _plain((parser.epilog or "").removeprefix("Exit status: ")), ".SH FILES"]
    lines += [line for path, told in _FILES for line in (".TP", f"\\fI{_plain(path)}\\fR", _plain(told))]
    return "\n".join(lines) + "\n"
