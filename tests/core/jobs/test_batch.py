"""Lists of concepts: each line becomes a job or says what is wrong, and only text files are lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputError
from core.jobs.batch import MAX_LINES, checked_lines, read_lines
from core.jobs.spec import EraseSpec

PATTERN = EraseSpec(
    "Grumbo", kind="character", synonyms=("x",), anchor="car", prompt="p", images="/nowhere", also=("star",),
    preset="instant", protect=("Ollaby",), quick=False,
)  # fmt: skip


def test_a_line_takes_over_the_settings_and_nothing_that_belongs_to_another_concept() -> None:
    (line,) = checked_lines(["car"], PATTERN)
    assert line.spec is not None
    assert (line.spec.concept, line.spec.kind, line.spec.also, line.spec.images) == ("car", "object", (), "")
    assert (line.spec.preset, line.spec.protect, line.spec.quick) == ("instant", ("Ollaby",), False)
    assert "car" in line.spec.prompt


def test_lines_keep_their_numbers_and_say_what_is_wrong() -> None:
    lines = checked_lines(["", "Pipwick", "# a comment", "Nobody", "pipwick", "Ollaby", "🦊" * 300], PATTERN)
    assert [(line.number, bool(line.error)) for line in lines] == [
        (2, False),
        (4, True),
        (5, True),
        (6, True),
        (7, True),
    ]
    assert "line 2" in lines[2].error
    assert "protected" in lines[3].error


def test_there_is_a_most() -> None:
    with pytest.raises(InputError, match="501"):
        checked_lines(["Pipwick"] * (MAX_LINES + 1), PATTERN)


def test_text_is_read_however_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    for data in ("a\nb", "\ufeffa\r\nb\r\n"):
        path.write_bytes(data.encode())
        assert read_lines(path) == ["a", "b"]
    path.write_bytes("a\nb".encode("utf-16"))
    assert read_lines(path) == ["a", "b"]


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"\xff\xd8\xff\xe0" * 9, b"x" * 1_000_001])
def test_what_is_no_list_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"picture\.jpg"):
        read_lines(path)
    with pytest.raises(InputError, match="no file"):
        read_lines(tmp_path)
