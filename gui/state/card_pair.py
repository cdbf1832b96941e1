"""Two scorecards side by side: an entry and the one it was made from, in the figures that decide between them."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import LacunaError
from core.i18n import tr
from core.library.entry import Entry
from core.library.store import Library
from gui.state.probe_report import read_reports
from gui.state.scorecard import SEEN, Figure, hosts, kept, seen

_SEEN = ("direct", "paraphrase", "implicit")
_KEPT = {"neighbours": tr("Neighbours kept"), "unrelated": tr("Unrelated things kept")}


@dataclass(frozen=True)
class PairRow:
    """One figure of both; `lower_is_better` tells what the concept's rate wants from what must stay."""

    title: str
    old: Figure | None
    new: Figure | None
    lower_is_better: bool

    @property
    def verdict(self) -> str:
        """`better` or `worse` where the 95 % intervals do not overlap, else `too close to tell`; empty if one lacks."""
        if self.old is None or self.new is None:
            return ""
        if self.old.low <= self.new.high and self.new.low <= self.old.high:
            return "too close to tell"
        return "better" if (self.new.value < self.old.value) is self.lower_is_better else "worse"


@dataclass(frozen=True)
class PairGroup:
    """The rows of one question."""

    title: str
    rows: tuple[PairRow, ...]


@dataclass(frozen=True)
class CardPair:
    """The older entry and the one that went on from it."""

    old: Entry
    new: Entry

    @property
    def hosts(self) -> list[str]:
        """The hosts that both were measured in, stills first."""
        return [name for name in hosts(self.new.scorecard) if name in hosts(self.old.scorecard)]

    def groups(self, host: str) -> list[PairGroup]:
        """The figures of a host, then what attacks did to each in its newest report; empty groups are left out."""
        made = (
            PairGroup(tr("The concept is still seen"), tuple(self._seen(host))),
            PairGroup(tr("What must stay, of the original"), tuple(self._kept(host))),
            PairGroup(tr("Attacks, from the newest report of each"), tuple(self._attacked())),
        )
        return [group for group in made if group.rows]

    def _seen(self, host: str) -> list[PairRow]:
        old, new = ({row.key: row.figures.get("erased") for row in seen(e.scorecard, host)} for e in self._both)
        return _rows({key: SEEN[key] for key in _SEEN}, old, new, lower_is_better=True)

    def _kept(self, host: str) -> list[PairRow]:
        old, new = ({row.key: row.retained for row in kept(e.scorecard, host)} for e in self._both)
        return _rows(_KEPT, old, new, lower_is_better=False)

    def _attacked(self) -> list[PairRow]:
        old, new = map(_attacks, self._both)
        titles = {title: title for title in (*old, *new)}
        return _rows(titles, old, new, lower_is_better=True)

    @property
    def _both(self) -> tuple[Entry, Entry]:
        return self.old, self.new


def _rows(
    titles: dict[str, str], old: dict[str, Figure | None], new: dict[str, Figure | None], lower_is_better: bool
) -> list[PairRow]:
    rows = (PairRow(title, old.get(key), new.get(key), lower_is_better) for key, title in titles.items())
    return [row for row in rows if row.old or row.new]


def _attacks(entry: Entry) -> dict[str, Figure | None]:
    """How often each attack brought the concept back, from the newest report that holds one."""
    for report in read_reports(entry):
        if found := {tried.title: tried.after for tried in report.tried if tried.attack}:
            return found
    return {}


def pair_of(entry: Entry, library: Library) -> CardPair | None:
    """The entry beside the one it went on from; None where it began afresh or that one is gone."""
    start = entry.manifest.start if entry.manifest else ""
    if not start or not entry.scorecard:
        return None
    try:
        old = library.get(start)
    except LacunaError:
        return None
    return CardPair(old, entry) if old.scorecard and not old.damage else None
