"""Troubleshooting quotes what the program really says: every quotation is a sentence of its sources."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache

import pytest

from tests.docs.documents import ROOT
from tests.wording import sentences

PAGE = ROOT / "docs" / "guide" / "troubleshooting.md"
LAUNCHER = ROOT / "packaging" / "linux" / "lacuna.sh"
_QUOTED = re.compile(r"^> (.+)$", re.MULTILINE)
_SAID = re.compile(r'^ *say "(.+)"$', re.MULTILINE)
_VALUE = r"(?:(?![.] ).)+"
LETTERS = 12
_VARIABLE = re.compile(r"\$\w+|@\w+@")


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Every sentence of the window, the engine and the Linux launcher, with anything short of a sentence for values."""
    told = (_pattern(list(_pieces(sentence.text))) for sentence in sentences())
    shell = (_pattern(_VARIABLE.split(part)) for line in _SAID.findall(LAUNCHER.read_text()) for part in _parts(line))
    return tuple(pattern for pattern in (*told, *shell) if pattern)


def _pieces(text: str) -> Iterator[str]:
    """What stands between the values of a sentence."""
    said = ""
    for words, name, _, _ in string.Formatter().parse(text):
        said += words
        if name is not None:
            yield said
            said = ""
    yield said


def _parts(line: str) -> list[str]:
    return re.split(r"(?<=[.]) ", line)


def _pattern(pieces: list[str]) -> re.Pattern[str] | None:
    """None where next to nothing is said beside the values, since that would fit anything."""
    letters = sum(letter.isalpha() for piece in pieces for letter in piece)
    return re.compile(_VALUE.join(map(re.escape, pieces))) if letters >= LETTERS else None


def is_said(quoted: str) -> bool:
    """Whether a quotation is one sentence of the program after the other."""
    if any(pattern.fullmatch(quoted) for pattern in patterns()):
        return True
    cuts = [found.end() for found in re.finditer(r"[.!?] ", quoted)]
    return any(
        any(pattern.fullmatch(quoted[:cut].rstrip()) for pattern in patterns()) and is_said(quoted[cut:])
        for cut in cuts
    )


@pytest.mark.parametrize("quoted", _QUOTED.findall(PAGE.read_text("utf-8")))
def test_a_quoted_sentence_is_said_by_the_program(quoted: str) -> None:
    assert is_said(quoted)


def test_what_is_not_said_is_found() -> None:
    assert not is_said("The disk is nearly full.")
    assert is_said("The disk is full.")
    assert is_said("The library’s folder is gone: /media/stick.")
