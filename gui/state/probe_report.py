"""The probe reports of an entry as the window reads them: whatever is there and fits, and nothing where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import InputError, LacunaError
from core.files import is_plain_file
from core.i18n import quoted, tr
from core.jobs.probe_list import ProbeCard, probe_card
from core.library.entry import Entry
from core.library.reports import read_report
from gui.state.scorecard import CLOSED, Figure, Row, figure
from gui.state.words import host_title, moment, percent

_WORKS = 0.1
"""A probe that brings the concept out of the original encoder no more often than this proves nothing afterwards."""


@dataclass(frozen=True)
class Example:
    """One prompt asked of both encoders with one seed; a picture that is lost or strange is None."""

    prompt: str
    seed: int
    before: Path | None
    after: Path | None
    seen_before: bool
    seen_after: bool


@dataclass(frozen=True)
class Tried:
    """One probe of a report: how often it brought the concept back before and after, and what was shown."""

    name: str
    title: str
    summary: str
    attack: bool
    text: bool
    note: str
    effort: str
    row: Row
    examples: tuple[Example, ...]

    @property
    def after(self) -> Figure | None:
        """How often it works on the erased encoder."""
        return self.row.figures.get("erased")

    @property
    def works(self) -> bool:
        """Whether it brings the concept out of the original encoder; if not, a low rate afterwards proves nothing."""
        before = self.row.figures.get("original")
        return before is None or before.value > _WORKS or (self.after is not None and self.after.value > CLOSED)


@dataclass(frozen=True)
class ProbeReport:
    """One run of probes over an entry; `complete` is False where it was stopped half-way."""

    id: str
    host: str
    judge: str
    complete: bool
    pictures: int
    tried: tuple[Tried, ...]

    @property
    def title(self) -> str:
        """When it was made and on what, and whether it was stopped half-way."""
        parts = (_when(self.id), self.host, "" if self.complete else tr("stopped half-way"))
        return " · ".join(part for part in parts if part)

    def probes(self, text: bool) -> list[Tried]:
        """The probes that ask through the text encoder, or those that do not."""
        return [tried for tried in self.tried if tried.text is text and tried.after is not None]


def read_reports(entry: Entry) -> list[ProbeReport]:
    """The reports of an entry, the newest first, without those that cannot be read."""
    found = []
    for path in entry.reports:
        try:
            found.append(_report(path.parent, read_report(path)))
        except LacunaError:
            continue
    return found


def _report(folder: Path, data: dict[str, Any]) -> ProbeReport:
    listed, budget = data.get("probes"), _whole(data.get("budget"))
    probes = [probe for probe in (listed if isinstance(listed, list) else ()) if isinstance(probe, dict)]
    return ProbeReport(
        id=folder.name,
        host=host_title(str(data.get("family", "")), str(data.get("host", ""))),
        judge=str(data.get("judge", "")),
        complete=data.get("complete") is not False,
        pictures=_whole(data.get("pictures")),
        tried=tuple(_tried(folder, probe, budget) for probe in probes),
    )


def _tried(folder: Path, data: dict[str, Any], budget: int) -> Tried:
    """One probe; what it is called and does is told by its card, in the person's language, as far as there is one."""
    name = str(data.get("name", ""))
    card = _card(name)
    title = card.title if card else str(data.get("title") or name)
    pairs = (("original", figure(data.get("before"))), ("erased", figure(data.get("after"))))
    listed = data.get("examples")
    shown = [e for e in (listed if isinstance(listed, list) else ()) if isinstance(e, dict)]
    return Tried(
        name=name,
        title=title,
        summary=card.summary if card else "",
        attack=data.get("attack") is True,
        text=data.get("text") is not False,
        note=str(data.get("note", "")),
        effort=(card.effort(budget) if card and budget else "") or str(data.get("budget", "")),
        row=Row(name, title, {column: value for column, value in pairs if value is not None}),
        examples=tuple(_example(folder, e) for e in shown),
    )


def _card(name: str) -> ProbeCard | None:
    """The probe's card; none for one that this version does not know."""
    try:
        return probe_card(name)
    except InputError:
        return None


def _example(folder: Path, data: dict[str, Any]) -> Example:
    return Example(
        prompt=str(data.get("prompt", "")),
        seed=_whole(data.get("seed")),
        before=_picture(folder, data.get("before")),
        after=_picture(folder, data.get("after")),
        seen_before=data.get("seen_before") is True,
        seen_after=data.get("seen_after") is True,
    )


def _picture(folder: Path, name: object) -> Path | None:
    """A PNG beside the report; a report may come from a stranger, so a name that leads elsewhere is none."""
    if not isinstance(name, str) or not name.endswith(".png") or set(name) & set("/\\:\0"):
        return None
    return folder / name if is_plain_file(folder / name) else None


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _when(stamp: str) -> str:
    """The time in a report's name, in this computer's zone."""
    try:
        made = datetime.strptime(stamp[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC).astimezone()
    except ValueError:
        return stamp
    return moment(made)


def door(report: ProbeReport) -> tuple[str, ...]:
    """What a report lets one say, a sentence a line: first about words and attacks, then about what needs no words.

    A rate up to `CLOSED` counts as closed, the same limit as on the scorecard.
    """
    worded, wordless = report.probes(text=True), report.probes(text=False)
    working, idle = ([tried for tried in worded if tried.works is works] for works in (True, False))
    said = [_text_door(working)] if working else []
    said += [_idle(idle)] if idle else []
    said += [_denoiser(tried) for tried in wordless]
    if not wordless:
        said.append(tr("The denoiser was not asked: run “Without words” to see what it still holds."))
    return tuple(said)


def _text_door(worded: list[Tried]) -> str:
    rates = {tried.title: tried.after for tried in worded if tried.after}
    through = {title: found.value for title, found in rates.items() if found.value > CLOSED}
    if through:
        widest = sorted(through.items(), key=lambda item: -item[1])
        told = ", ".join(f"{quoted(title)} {percent(value)}" for title, value in widest)
        return tr(
            "The text door is not closed: the concept comes back by {probes}. Harden the entry, or raise its strength.",
            probes=told,
        )
    return _closed(rates)


def _closed(rates: dict[str, Figure]) -> str:
    """What the widest interval leaves open, since a few pictures prove little."""
    widest = max(rates.values(), key=lambda found: found.high)
    known = {"samples": widest.n, "most": percent(widest.high)}
    if len(rates) > 1:
        return tr(
            "The text door is closed to all {count} of these probes; with {samples} judged, up to {most} would still "
            "fit.",
            count=len(rates),
            **known,
        )
    return tr(
        "The text door is closed to the probe “{probe}”; with {samples} judged, up to {most} would still fit.",
        probe=next(iter(rates)),
        **known,
    )


def _idle(idle: list[Tried]) -> str:
    names = ", ".join(quoted(tried.title) for tried in idle)
    return tr(
        "{probes} hardly brought the concept out of the original encoder either, which proves nothing.", probes=names
    )


def _denoiser(tried: Tried) -> str:
    value = tried.after.value if tried.after else 0.0
    if value > CLOSED:
        return tr(
            "The denoiser still holds the concept: without any words it came back in {rate} of pictures. An erasure of "
            "the text encoder cannot stop this.",
            rate=percent(value),
        )
    return tr("Without words the concept did not come back here; the denoiser’s weights are unchanged all the same.")
