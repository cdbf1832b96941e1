"""Cards of every format: what they say, what they refuse, and that a hostile entry does no harm in them."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import FailureKind, InputError, LacunaError
from core.library.cards import WRITERS, content_of, export_card
from core.library.cards.content import LIMIT
from core.library.entry import MANIFEST, SCORECARD, Entry
from core.library.store import Library
from core.media.clip import write_clip, write_picture
from tests.core.library.samples import delta, manifest


def figure(value: float, n: int = 12) -> dict[str, Any]:
    """A figure with an interval around it."""
    return {"value": value, "n": n, "low": value / 2, "high": (1 + value) / 2}


CARD: dict[str, Any] = {
    "schema": 1,
    "concept": "Pipwick",
    "judge": "clip-zero-shot-abc",
    "quick": True,
    "hosts": {
        "still": {
            "original": {"direct": figure(0.96), "lpips": figure(0.123456)},
            "erased": {"direct": figure(0.04)},
            "retained": {"neighbours": figure(0.9)},
        }
    },
    "transfer_gap": {"animatediff": figure(0.02)},
}
SHOUT = '<script src="//evil">alert(1)</script>&"\''


class Page(HTMLParser):
    """Collects the tags, their attributes and the words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.given: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.given += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def add(library: Library, folder: Path, card: dict[str, Any], **changes: Any) -> Entry:
    """An entry with clips before and after."""
    frames = np.zeros((4, 32, 32, 3), np.uint8)
    clips = {
        name: write_clip(folder / f"{name}.webm", frames + np.uint8(shade), 8.0, {})
        for name, shade in (("before-animatediff", 200), ("after-animatediff", 40))
    }
    thumbnail = write_picture(folder / "thumbnail.png", frames[0], {})
    return library.add(manifest(**changes), delta(), card, {**clips, "thumbnail": thumbnail})


@pytest.fixture
def entry(library: Library, tmp_path: Path) -> Entry:
    """A measured entry."""
    return add(library, tmp_path, CARD)


def test_json_is_the_card_as_kept_and_says_whose_it_is(entry: Entry, tmp_path: Path) -> None:
    told = json.loads(export_card(entry, tmp_path / "card.json").read_text("utf-8"))
    assert {key: told[key] for key in CARD} == CARD
    assert (told["entry"]["id"], told["entry"]["settings"]) == (entry.id, {"steps": 40, "layers": ["mlp"]})
    assert told["limit"] == LIMIT
    assert "files" not in told["entry"]


def test_csv_has_one_row_a_figure(entry: Entry, tmp_path: Path) -> None:
    text = export_card(entry, tmp_path / "card.CSV").read_text("utf-8")
    heading, *rows = csv.reader(io.StringIO(text))
    assert heading == ["host", "column", "group", "value", "n", "low", "high"]
    assert [row[:3] for row in rows] == [
        ["still", "original", "direct"],
        ["still", "original", "lpips"],
        ["still", "erased", "direct"],
        ["still", "retained", "neighbours"],
        ["animatediff", "transfer_gap", "direct"],
    ]
    assert [float(cell) for cell in rows[0][3:]] == [0.96, 12, 0.48, 0.98]


def test_html_shows_pictures_figures_facts_and_limits(entry: Entry, tmp_path: Path) -> None:
    page = Page(export_card(entry, tmp_path / "card.html").read_text("utf-8"))
    assert page.tags.count("img") == 2
    assert "96 %" in page.words
    assert "48 % to 98 %, n 12" in page.words
    assert "0.123" in page.words
    assert LIMIT in page.words
    assert "steps = 40; layers = mlp" in page.words
    assert "quick card" in page.words


def test_html_stands_alone(entry: Entry, tmp_path: Path) -> None:
    html = export_card(entry, tmp_path / "card.html").read_text("utf-8")
    page = Page(html)
    links = [value or "" for name, value in page.given if name in ("src", "href", "action", "data")]
    assert links
    assert all(link.startswith("data:image/png;base64,") for link in links)
    assert not {"script", "link", "iframe", "object"} & set(page.tags)
    assert "http:" not in html
    assert "https:" not in html
    assert "url(" not in html


def test_html_without_clips_shows_the_small_picture(library: Library, tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "thumbnail.png", np.zeros((8, 8, 3), np.uint8), {})
    kept = library.add(manifest(), delta(), CARD, {"thumbnail": picture})
    assert Page(export_card(kept, tmp_path / "card.html").read_text("utf-8")).tags.count("img") == 1


def test_a_lost_or_broken_clip_is_left_out(entry: Entry, tmp_path: Path) -> None:
    entry.previews["before-animatediff"].write_bytes(b"no clip")
    entry.previews["after-animatediff"].unlink()
    page = Page(export_card(entry, tmp_path / "card.html").read_text("utf-8"))
    assert page.tags.count("img") == 1
    assert "96 %" in page.words


def test_a_strangers_words_stay_words(library: Library, tmp_path: Path) -> None:
    hosts = {SHOUT: {SHOUT: {SHOUT: figure(0.5)}}, "=1+1": {"@x": {"-y": figure(0.5)}}}
    card = {**CARD, "hosts": hosts, "judge": SHOUT, "concept": SHOUT}
    kept = add(library, tmp_path, card, name=SHOUT, concept=SHOUT, prompt=SHOUT, notes=SHOUT, settings={SHOUT: SHOUT})
    page = Page(export_card(kept, tmp_path / "card.html").read_text("utf-8"))
    assert "script" not in page.tags
    assert page.words.count(SHOUT) >= 8
    rows = list(csv.reader(io.StringIO(export_card(kept, tmp_path / "card.csv").read_text("utf-8"))))
    assert rows[1][0] == SHOUT
    assert rows[2][:3] == ["'=1+1", "'@x", "'-y"]


@pytest.mark.parametrize(
    "hosts",
    [None, 3, [], {"still": 3}, {"still": {"original": [1]}}, {"still": {"original": {"direct": {"value": "x"}}}}],
)
@pytest.mark.parametrize("suffix", WRITERS)
def test_an_odd_scorecard_has_no_figures_and_does_no_harm(
    hosts: object, suffix: str, library: Library, tmp_path: Path
) -> None:
    kept = library.add(manifest(), delta(), {"schema": 1, "hosts": hosts}, {})
    assert content_of(kept).rows == []
    assert export_card(kept, tmp_path / f"card{suffix}").stat().st_size > 0


def test_probe_reports_are_shown_whatever_their_state(entry: Entry, library: Library, tmp_path: Path) -> None:
    probe = {"name": "token_search", "title": "Word <search>", "before": figure(0.9), "after": figure(0.25)}
    report = {"schema": 1, "id": "x", "host": "still", "complete": False, "probes": [probe, 3, {"after": []}]}
    kept = library.add_report(entry.id, report, {})
    page = Page(export_card(kept, tmp_path / "card.html").read_text("utf-8"))
    assert "Word <search>" in page.words
    assert "25 %" in page.words
    assert "stopped before its end" in page.words
    told = json.loads(export_card(kept, tmp_path / "card.json").read_text("utf-8"))
    assert told["reports"][0]["probes"][0] == probe


@pytest.mark.parametrize("name", ["card.pdf", "card", "card.html.txt"])
def test_a_suffix_of_no_format_names_the_three(name: str, entry: Entry, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.json, \.csv, \.html"):
        export_card(entry, tmp_path / name)


def test_nothing_is_overwritten_and_no_folder_made(entry: Entry, tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text("mine")
    with pytest.raises(InputError, match="nothing is overwritten"):
        export_card(entry, tmp_path / "card.json")
    with pytest.raises(InputError, match="does not exist"):
        export_card(entry, tmp_path / "new" / "card.json")
    assert (tmp_path / "card.json").read_text() == "mine"


def test_an_entry_without_a_card_or_a_manifest_is_refused(entry: Entry, library: Library, tmp_path: Path) -> None:
    (entry.folder / SCORECARD).unlink()
    with pytest.raises(InputError, match="has no scorecard"):
        export_card(library.get(entry.id), tmp_path / "card.html")
    (entry.folder / MANIFEST).unlink()
    with pytest.raises(LacunaError) as raised:
        export_card(library.get(entry.id), tmp_path / "card.html")
    assert raised.value.kind is FailureKind.DAMAGED
