"""`library stack`, `unstack` and `card` on the command line: what they refuse, and how they say it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli import main
from core.jobs.parts import Part, settings_of
from core.library.store import Library
from tests.core.library.samples import add


def told(capsys: pytest.CaptureFixture[str], root: Path, *arguments: str) -> tuple[int, str, str]:
    """Status, stdout and stderr of a `library` command."""
    status = main(["library", *arguments, "--library", str(root)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("stack", "One"), "1 entries were given"),
        (("stack", "One", "one"), "given twice"),
        (("stack", "One", "Two", "--how", "magic"), "sum, ties, projection"),
        (("stack", "One", "Two", "--strength", "1"), "1 strengths were given for 2"),
        (("stack", "One", "Two", "--prompt", " "), "prompt is empty"),
        (("stack", "One", "Zwei"), "no entry “Zwei”"),
        (("unstack", "One", "Two"), "not a stack"),
        (("unstack", "Both", "Three"), "no single part “Three”"),
        (("unstack", "Both", "One"), "Use the remaining entry"),
        (("card", "One", "--out", "card.pdf"), ".json, .csv, .html"),
    ],
)
def test_bad_input_is_one_line(
    arguments: tuple[str, ...], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = Library(tmp_path)
    parts = [Part(entry.id, entry.name, 1.0) for entry in (add(library, "One"), add(library, "Two"))]
    add(library, "Both", method="stack", settings=settings_of("sum", parts))
    status, out, err = told(capsys, tmp_path, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_a_card_is_written_where_it_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(Library(tmp_path / "library"), "One")
    out = tmp_path / "card.json"
    assert told(capsys, tmp_path / "library", "card", "One", "--out", str(out)) == (0, f"Written: {out}\n", "")
    assert json.loads(out.read_text("utf-8"))["entry"]["name"] == "One"
    assert told(capsys, tmp_path / "library", "card", "One", "--out", str(out))[0] == 2
