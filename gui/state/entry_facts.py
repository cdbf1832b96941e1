"""What an entry says about itself beside its list: made how, measured how, probed when, and what lies in its folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from core.i18n import tr
from core.jobs.history import history
from core.library.entry import REPORTS
from gui.state.comparison import MOST
from gui.state.entry_words import day_of, kind_words
from gui.state.probe_report import door, read_reports
from gui.state.scorecard import kept, seen
from gui.state.words import duration, moment_of, number, percent, size

if TYPE_CHECKING:
    from core.library.entry import Entry
    from core.library.manifest import Manifest
    from core.library.row import Row

Pair = tuple[str, str]


class ScoreLine(NamedTuple):
    """A rate before and after the erasure, in words."""

    title: str
    before: str
    after: str


def made_facts(manifest: Manifest) -> list[Pair]:
    """How an entry was made, as label and value."""
    pairs = [
        (tr("Erases"), ", ".join(manifest.gone)),
        (tr("Kind"), kind_words(manifest.kind)),
        (tr("Model family"), manifest.family),
        (tr("Method"), manifest.method),
        (tr("Preset"), manifest.preset),
        (tr("Strength"), number(manifest.strength, "g")),
        (tr("Seed"), str(manifest.seed)),
        (tr("Prompt"), manifest.prompt),
        (tr("Settings"), _settings(manifest.settings)),
        (tr("Made on"), day_of(manifest.created)),
        (tr("Made in"), _spent(manifest.seconds)),
        (tr("Made with"), ", ".join(f"{name} {version}" for name, version in manifest.versions.items())),
    ]
    return [(title, value) for title, value in pairs if value]


def _settings(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items())


def _spent(seconds: dict[str, float]) -> str:
    return duration(sum(seconds.values())) if seconds else ""


def score_lines(entry: Entry, host: str) -> list[ScoreLine]:
    """The rates of a host before and after: the concept by kinds of prompts, then what must stay."""
    rows = (*seen(entry.scorecard, host), *kept(entry.scorecard, host))
    return [ScoreLine(row.title, _rate(row.figures, "original"), _rate(row.figures, "erased")) for row in rows]


def _rate(figures: dict[str, Any], column: str) -> str:
    return percent(figures[column].value) if column in figures else "–"


def report_lines(entry: Entry) -> list[Pair]:
    """When the entry was probed, and what came of it; the newest first."""
    return [(report.title, " ".join(door(report))) for report in read_reports(entry)]


def history_lines(entry: Entry, kept: Sequence[Row]) -> list[Pair]:
    """What happened to the entry, each with its time; `kept` tells other entries' names."""
    names = {row.id: row.name for row in kept}
    return [(moment_of(happened.when, happened.when), happened.what) for happened in history(entry, names)]


def files_of(folder: Path) -> list[Pair]:
    """Every file of an entry's folder with its size, those of a report in one line; hidden ones are half done."""
    found: dict[str, list[int]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        parts = path.relative_to(folder).parts
        if not any(part.startswith(".") for part in parts):
            shown = "/".join(parts[:2]) + "/" if parts[0] == REPORTS else "/".join(parts)
            found.setdefault(shown, []).append(path.stat().st_size)
    return [(shown, _sized(shown, sizes)) for shown, sizes in found.items()]


def _sized(shown: str, sizes: list[int]) -> str:
    if not shown.endswith("/"):
        return size(sizes[0])
    return tr("{count} files, {size}", count=len(sizes), size=size(sum(sizes)))


def shared_facts(rows: Sequence[Row]) -> list[Pair]:
    """What several entries share, and how many kinds of it there are where they differ."""
    asked = (
        (tr("Erases"), {row.concepts or (row.concept,) for row in rows}, ", ".join),
        (tr("Kind"), {row.kind for row in rows}, kind_words),
        (tr("Model family"), {row.family for row in rows}, str),
        (tr("Method"), {row.method for row in rows}, str),
        (tr("Preset"), {row.preset for row in rows}, str),
    )
    return [(title, _same(found, words)) for title, found, words in asked]


def _same(found: set[Any], words: Callable[[Any], str]) -> str:
    return words(found.pop()) or "–" if len(found) == 1 else tr("{count} different", count=number(len(found)))


def shared_tags(rows: Sequence[Row]) -> list[str]:
    """The tags that all of them have, in the order of the first."""
    return [tag for tag in rows[0].tags if all(tag in row.tags for row in rows)] if rows else []


def together(rows: Sequence[Row]) -> str:
    """What can be done with several entries at once, or what stands in the way."""
    if any(row.damage or row.missing for row in rows):
        return tr("Some of them are damaged or gone; only sound entries can be compared and stacked.")
    if len({row.family for row in rows}) > 1:
        return tr("They are of different model families, so they can be neither compared nor stacked.")
    if len(rows) > MOST:
        return tr("They share a model family and can be stacked; at most {most} can be compared.", most=MOST)
    return tr("They share a model family: they can be compared side by side, or stacked into one entry.")
