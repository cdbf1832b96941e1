"""Reading a person's file of prompts, a prompt a line, however it was written; no torch."""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

from core.errors import InputError
from core.files import storage_error
from core.i18n import number, tr
from core.jobs.checks import MAX_LETTERS, MAX_WORDS, cited

MAX_PROMPTS = 1_000
FILE_LIMIT = 16_000_000
"""Bytes; a larger file is refused unread."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_prompts(path: Path) -> list[str]:
    """The file's prompts without blank lines and repetitions, each with single spaces; InputError names what is wrong.

    UTF-8 with or without a mark, or UTF-16 with one.
    """
    lines = _text(path).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    prompts = list(dict.fromkeys(clean for at, line in enumerate(lines, 1) if (clean := _clean(path, at, line))))
    if not prompts:
        raise InputError(tr("“{name}” holds no prompt.", name=path.name), fix=tr("Write one prompt a line."))
    if len(prompts) > MAX_PROMPTS:
        what = tr("“{name}” holds {count} different prompts.", name=path.name, count=number(len(prompts)))
        raise InputError(
            what,
            fix=tr(
                "Use {most} at most: leave out {count}.",
                most=number(MAX_PROMPTS),
                count=number(len(prompts) - MAX_PROMPTS),
            ),
        )
    return prompts


def _data(path: Path) -> bytes:
    if not path.is_file():
        raise InputError(
            tr("There is no file “{path}”.", path=path), fix=tr("Choose a text file with a prompt a line.")
        )
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise InputError(
                tr("“{name}” is larger than {most} MB.", name=path.name, most=FILE_LIMIT // 1_000_000),
                fix=tr("Choose a shorter file."),
            )
        return path.read_bytes()
    except OSError as error:
        raise storage_error(path, error) from error


def _text(path: Path) -> str:
    data = _data(path)
    wide = data.startswith(_UTF16)
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].decode("utf-16" if wide else "utf-8-sig", "replace").count("\n") + 1
        why = tr("Line {line} is not {code} text.", line=line, code="UTF-16" if wide else "UTF-8")
        raise InputError(tr("“{name}” cannot be read.", name=path.name), why, tr("Save it as UTF-8 text.")) from None


def _clean(path: Path, at: int, line: str) -> str:
    """The line with single spaces; InputError by its number for control characters and too many words or letters."""
    text = " ".join(line.split())
    if strange := next((c for c in line if c != "\t" and unicodedata.category(c) == "Cc"), None):
        fix = tr("Remove it, and check that the file is plain text.")
        raise InputError(
            tr(
                "Line {at} of “{name}” holds a control character (U+{code}).",
                at=at,
                name=path.name,
                code=format(ord(strange), "04X"),
            ),
            fix=fix,
        )
    said = {"at": at, "name": path.name}
    if (count := len(text.split())) > MAX_WORDS:
        what, most = tr("Line {at} of “{name}” has {count} words.", count=count, **said), MAX_WORDS
    elif (count := len(text)) > MAX_LETTERS:
        what, most = tr("Line {at} of “{name}” has {count} characters.", count=number(count), **said), MAX_LETTERS
    else:
        return text
    raise InputError(what, tr("It begins {text}.", text=cited(text)), tr("Use {most} at most.", most=number(most)))
