"""What a person reads, in their language: the English sentence is the key, and German is a file beside it."""

from __future__ import annotations

import json
import os
from functools import cache

from core.resources import resource

VARIABLE = "LACUNA_LANGUAGE"
"""Names the language of this process and of the engine, which inherits it; without it all is English."""

LANGUAGES = {"en": "English", "de": "Deutsch"}


def language() -> str:
    """The code of the process's language, `en` where none or an unknown one was asked for."""
    asked = os.environ.get(VARIABLE, "en")
    return asked if asked in LANGUAGES else "en"


_GERMAN = str.maketrans(",.", ".,")


@cache
def catalogue(code: str) -> dict[str, str]:
    """Every sentence of a language by its English; empty for English."""
    folder = resource("translations", code)
    found = sorted(folder.glob("*.json")) if folder.is_dir() else ()
    return {key: text for path in found for key, text in json.loads(path.read_text("utf-8")).items()}


def number(value: float, form: str = ",") -> str:
    """A number in the process's language: German swaps the comma of thousands and the point of decimals.

    `form` is a format specification of Python, such as `,` or `.1f`.
    """
    told = format(value, form)
    return told.translate(_GERMAN) if language() == "de" else told


def percent(rate: float) -> str:
    """A rate, 1 for all, as whole percent."""
    return f"{round(100 * rate)} %"


def tr(text: str, /, **values: object) -> str:
    """`text` in the process's language, its `{placeholders}` filled; a sentence without translation stays English."""
    told = catalogue(language()).get(text, text)
    return told.format(**values) if values else told


def quoted(text: object) -> str:
    """The text in the quotation marks of the process's language."""
    return tr("“{text}”", text=text)
