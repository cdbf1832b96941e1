"""`studio` and `gallery` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli import main
from core.cli.studio_command import entry_at
from core.library.gallery import Gallery
from core.library.store import Library
from tests.core.library.samples import add
from tests.gui.takes import add_takes


def told(capsys: pytest.CaptureFixture[str], root: Path, *arguments: str) -> tuple[int, str, str]:
    """Status, stdout and stderr of a command."""
    status = main([*arguments, "--library", str(root)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize(
    ("text", "entry"),
    [("One", ("One", None)), ("One:0.8", ("One", 0.8)), ("a: b", ("a: b", None)), (":1", (":1", None))],
)
def test_an_entry_may_have_a_strength(text: str, entry: tuple[str, float | None]) -> None:
    assert entry_at(text) == entry


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("studio",), "prompt is empty"),
        (("studio", "--prompt", "a", "--seeds", "x"), "“x” is no seed"),
        (("studio", "--prompt", "a", "--entry", "Zwei"), "no entry “Zwei”"),
        (("studio", "--prompt", "a", "--entry", "One:1.7"), "strength is 1.7"),
        (("studio", "--prompt", "a", "--entry", "Foreign"), "does not fit"),
        (("studio", "--prompts", "missing.txt"), "missing.txt"),
        (("gallery", "show", "nothing"), "no take “nothing”"),
        (("gallery", "restore", "nothing"), "no take “nothing”"),
    ],
)
def test_bad_input_is_one_line(
    arguments: tuple[str, ...], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = Library(tmp_path)
    add(library, "One")
    add(library, "Foreign", family="elsewhere")
    status, out, err = told(capsys, tmp_path, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_prompts_of_a_file_and_of_the_line_are_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("a car\n\na tree\n")
    status, out, _ = told(capsys, tmp_path / "library", "studio", "--prompts", str(prompts), "--prompt", "a house",
                          "--seeds", "1-2", "--host", "still", "--steps", "1")  # fmt: skip
    assert (status, "6 takes" in out) == (0, True)
    takes = Gallery(tmp_path / "library").takes()
    assert [take.prompt for take in takes[::2]] == ["a house", "a car", "a tree"]


def test_takes_are_listed_starred_removed_and_brought_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gallery = add_takes(tmp_path, seeds=(1,))
    assert told(capsys, tmp_path, "gallery", "list")[1].count("\n") == 7
    listed = told(capsys, tmp_path, "gallery", "list", "--search", "car", "--host", "still", "--json")[1].splitlines()
    names = [json.loads(line)["name"] for line in listed]
    assert len(names) == 3
    assert told(capsys, tmp_path, "gallery", "star", *names[:2])[0] == 0
    assert told(capsys, tmp_path, "gallery", "list", "--starred")[1].count("\n") == 3
    assert told(capsys, tmp_path, "gallery", "unstar", names[0])[0] == 0
    assert told(capsys, tmp_path, "gallery", "remove", *names)[0] == 0
    assert len(gallery.takes()) == 3
    assert told(capsys, tmp_path, "gallery", "restore", names[0])[0] == 0
    assert told(capsys, tmp_path, "gallery", "empty")[1] == "2 takes were deleted for good.\n"
    assert told(capsys, tmp_path, "gallery", "list", "--trashed")[1] == f"Nothing was found in {gallery.bin}.\n"


def test_a_take_is_exported_and_never_over_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = add_takes(tmp_path, seeds=(1,)).takes()[-1].name
    out = str(tmp_path / "clip.gif")
    assert told(capsys, tmp_path, "gallery", "export", name, "--out", out)[:2] == (0, f"Written: {out}\n")
    assert told(capsys, tmp_path, "gallery", "export", name, "--out", out)[0] == 2
