"""What is looked at where a command is not run: its arguments by its own parser, its target, its grammar."""

from __future__ import annotations

import argparse
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from core.cli.app import build_parser
from tests.docs.documents import ROOT, Command

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


class _Read(Exception):
    """The arguments were read, which is as far as the check goes."""


def words_of(text: str) -> list[str]:
    """The words of a command, without the assignments before it."""
    words = shlex.split(text, comments=True)
    while words and _ASSIGNMENT.match(words[0]):
        words.pop(0)
    return words


def check(command: Command) -> None:
    """Fail where the command could not run even where everything it needs is there."""
    words = words_of(command.text)
    if words[:2] == ["python", "main.py"] or words[0] == "lacuna":
        check_arguments(words[2:] if words[0] == "python" else words[1:])
    elif words[0] == "python":
        check_script(words[1:])
    elif words[0] == "make":
        subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, check=True, capture_output=True)
    else:
        check_grammar(command.text)


def check_arguments(arguments: Sequence[str]) -> None:
    """The command line takes them, or they are the window's: a library and files to open."""
    if is_for_window(arguments):
        return
    build_parser().parse_args(arguments)


def is_for_window(arguments: Sequence[str]) -> bool:
    """Whether these open the window; see main.py."""
    first = next(iter(arguments), "")
    return not first or first.startswith("--library") or first.endswith(".lacuna") or Path(first).name != first


def check_script(words: list[str]) -> None:
    """The script or module is there and can be run; one that reads arguments takes these."""
    module = words[1] if words[0] == "-m" else ""
    path = ROOT / (f"{module.replace('.', '/')}.py" if module else words[0])
    if not path.exists():
        assert find_spec(module) if module else None, f"There is no {module or words[0]}"
        return
    source = path.read_text("utf-8")
    assert '__name__ == "__main__"' in source, f"{path.name} does nothing when it is run"
    if "parse_args(" in source:
        read_arguments(path, words[2:] if module else words[1:])


def read_arguments(path: Path, arguments: list[str]) -> None:
    """Run the script up to the point where it has read its arguments; SystemExit where it refuses them."""
    parse = argparse.ArgumentParser.parse_args

    def stop(self: argparse.ArgumentParser, *given: Any, **named: Any) -> None:
        raise _Read(parse(self, *given, **named))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(argparse.ArgumentParser, "parse_args", stop)
        patch.setattr(sys, "argv", [str(path), *arguments])
        patch.syspath_prepend(str(path.parent))
        with pytest.raises(_Read):
            runpy.run_path(str(path), run_name="__main__")


def check_grammar(text: str) -> None:
    """A shell reads it without complaint, and a script of ours that it names is there and may be run."""
    subprocess.run(["bash", "-n"], input=text, text=True, check=True, capture_output=True)
    first = Path(words_of(text)[0])
    if len(first.parts) > 1 and not first.is_absolute():
        assert (ROOT / first).stat().st_mode & 0o100, f"{first} may not be run"
