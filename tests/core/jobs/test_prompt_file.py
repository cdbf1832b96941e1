"""A person's file of prompts: what is read, and what is refused by line and number."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputError
from core.jobs.prompt_file import MAX_PROMPTS, read_prompts


def written(tmp_path: Path, data: bytes) -> Path:
    """A file of those bytes."""
    path = tmp_path / "prompts.txt"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_prompts_are_read_however_they_were_saved(tmp_path: Path, encoding: str, end: str) -> None:
    lines = ["Pipwick  in\ta meadow ", "", "   ", "Пипвик на лугу 🙂", "Pipwick in a meadow"]
    path = written(tmp_path, end.join(lines).encode(encoding))
    assert read_prompts(path) == ["Pipwick in a meadow", "Пипвик на лугу 🙂"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no prompt"),
        (b"\xef\xbb\xbf \n\n", "no prompt"),
        (b"fine\nfine too\n\xff\xfe\xfa", "Line 3 is not UTF-8"),
        (b"caf\xe9", "Line 1 is not UTF-8"),
        (b"\xff\xfea\x00\n\x00b", "Line 2 is not UTF-16"),
        (b"one\ntwo\x00three", r"Line 2 .*U\+0000"),
        (b"one\n\x1b[31mred", r"Line 2 .*U\+001B"),
        (b"one\nvertical\x0btab", r"Line 2 .*U\+000B"),
        ("one\nnext\u0085line".encode(), r"Line 2 .*U\+0085"),
        (b"one\n\n" + b"word " * 201, "Line 3 .*201 words"),
        (b"one\n" + b"x" * 2001, "Line 2 .*2,001 characters.*xxx…"),
        ("a\n".encode("utf-32"), "control character"),
    ],
)
def test_what_cannot_be_used_is_named_by_its_line(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_prompts(written(tmp_path, data))


def test_too_many_are_counted_and_a_thousand_are_not_too_many(tmp_path: Path) -> None:
    many = "\n".join(f"Pipwick number {k}" for k in range(10_000))
    with pytest.raises(InputError, match=r"10,000 different prompts.*leave out 9,000"):
        read_prompts(written(tmp_path, many.encode()))
    repeated = "\n".join(f"Pipwick number {k % MAX_PROMPTS}" for k in range(10_000))
    assert len(read_prompts(written(tmp_path, repeated.encode()))) == MAX_PROMPTS


def test_a_folder_a_missing_file_and_a_huge_one_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.txt"):
        with pytest.raises(InputError, match="no file"):
            read_prompts(path)
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(17_000_000)
    with pytest.raises(InputError, match="larger than 16 MB"):
        read_prompts(huge)
