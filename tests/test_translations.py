"""What a person reads: every sentence goes through `tr`, and the German is complete and fits."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from core.i18n import VARIABLE
from core.jobs.engine import Engine
from core.jobs.events import Failure
from core.jobs.spec import EraseSpec
from tests.wording import DATA, ROOT, computed, data_texts, placeholders, sentences, untranslated

FRAGMENTS = sorted((ROOT / "resources/translations/de").glob("*.json"))
SAME = frozenset(
    {
        "1, 2, 5-8",
        "AnimateDiff",
        "CPU",
        "Clips",
        "Clips: AnimateDiff",
        "Clips: Text-to-Video",
        "Clips: Text2Video-Zero",
        "Encoder",
        "Filter",
        "Format",
        "GIF",
        "Guidance",
        "Host",
        "Info",
        "JSON (*.json)",
        "Lacuna",
        "Lacuna {version}, Python {python}",
        "LoRA",
        "MP4",
        "Name",
        "Original",
        "PNG",
        "Prompt",
        "Prompts",
        "Seed",
        "Seeds",
        "Stable Diffusion 1",
        "Stable Diffusion 2",
        "Stable Diffusion XL",
        "Starter",
        "Studio",
        "System",
        "Token",
        "Token…",
        "Version",
        "WebM",
        "WebP",
        "Zoom",
        "Zoom: {scale}",
        "seed {seed}",
        "{amount} GB",
        "{amount} MB",
        "{first} | {second}",
        "{seconds} s",
    }
)
"""Sentences that German says in the same words."""

ADDRESSED = re.compile(r"en Sie\b|\b(du|dein\w*)\b")


def _german() -> dict[str, str]:
    return {key: text for path in FRAGMENTS for key, text in json.loads(path.read_text("utf-8")).items()}


def _keys() -> set[str]:
    return {told.text for told in sentences()} | data_texts()


def test_only_literals_are_translated_but_for_data() -> None:
    assert [place for place in computed() if place.split(":")[0] not in DATA] == []


def test_every_sentence_has_its_german() -> None:
    places = {told.text: told.place for told in sentences()}
    assert sorted((places.get(key, "data"), key) for key in _keys() - set(_german())) == []


def test_no_german_is_left_of_a_sentence_that_is_gone() -> None:
    assert sorted(set(_german()) - _keys()) == []


def test_a_sentence_stands_in_one_fragment() -> None:
    counted = Counter(key for path in FRAGMENTS for key in json.loads(path.read_text("utf-8")))
    assert [key for key, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.stem)
def test_a_fragment_is_flat_sorted_and_readable(path: Path) -> None:
    text = path.read_text("utf-8")
    found = json.loads(text)
    assert all(isinstance(value, str) and value.strip() for value in found.values())
    assert text == json.dumps(dict(sorted(found.items())), ensure_ascii=False, indent=2) + "\n"


def test_placeholders_are_the_same_in_both_languages() -> None:
    assert [key for key, text in _german().items() if placeholders(key) != placeholders(text)] == []


def test_every_placeholder_is_a_plain_name() -> None:
    assert [key for key in _german() if not all(name.isidentifier() for name in placeholders(key))] == []


def test_nothing_is_left_in_english() -> None:
    assert sorted(key for key, text in _german().items() if key == text and key not in SAME) == []


def test_german_speaks_to_nobody_in_particular_and_uses_its_own_quotation_marks() -> None:
    found = _german()
    assert [text for text in found.values() if ADDRESSED.search(text)] == []
    assert [key for key, text in found.items() if key.count("“") > text.count("„")] == []


def test_no_words_reach_a_person_past_the_translation() -> None:
    assert [f"{told.place}: {told.text}" for told in untranslated()] == []


@pytest.mark.parametrize(
    "source",
    [
        'label("Bare words")',
        'field(f"Say {what} again", control)',
        'button("", tip="Once more" if again else "")',
        'InputError("It broke.")',
        'self.noticed.emit("It is done", "", None)',
    ],
)
def test_words_past_the_translation_are_found(source: str) -> None:
    assert [told.place for told in untranslated({"gui/new.py": ast.parse(source)})] == ["gui/new.py:1"]


def test_a_process_speaks_the_language_it_was_started_in() -> None:
    said = (
        "from core.i18n import number, percent, tr; from core.presets import presets; from core.concepts import Kind;"
        "print(tr(presets()[0].title), Kind.PERSON.word, Kind.STYLE.word, number(1234.5, ',.1f'), percent(0.5),"
        " tr('The entry “{name}” is damaged.', name='{x}'))"
    )

    def spoken(language: str) -> str:
        environment = {**os.environ, "LACUNA_LANGUAGE": language, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, env=environment, capture_output=True, check=True)
        return done.stdout.decode().strip()

    assert spoken("de") == "Behutsam Person Stil 1.234,5 50 % Der Eintrag „{x}“ ist beschädigt."
    assert spoken("xx") == spoken("en") == "Guarded person style 1,234.5 50 % The entry “{x}” is damaged."


def test_the_engine_speaks_the_language_of_its_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "de")
    engine = Engine()
    try:
        (failure,) = engine.run(EraseSpec(concept="Grumb0"))
    finally:
        engine.stop()
    assert isinstance(failure, Failure)
    assert failure.what == "Das Modell „Starter“ kennt „Grumb0“ nicht."
    assert failure.fix == "Gemeint war vielleicht Grumbo?"
