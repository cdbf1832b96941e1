"""What is looked for in the library and in which order; the window and the command line ask in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from core.errors import InputError
from core.i18n import tr

if TYPE_CHECKING:
    from core.library.row import Row

VERDICTS = ("passed", "failed", "unjudged")
"""What may be asked of the scorecard; core/library/verdict.py says what passed means."""
STATES = ("sound", "waiting", "damaged", "missing")
"""What may be asked of an entry's files; one that waits is sound, and no installed model fits it."""

_ORDERS: dict[str, Callable[[list[Row]], list[Row]]] = {
    "newest": list,
    "oldest": lambda rows: rows[::-1],
    "name": lambda rows: sorted(rows, key=lambda row: (row.name.casefold(), row.name)),
    "rating": lambda rows: sorted(rows, key=lambda row: -row.stars),
    "seen": lambda rows: sorted(rows, key=lambda row: 2.0 if row.seen_after is None else row.seen_after),
}
ORDERS = tuple(_ORDERS)
"""Newest or oldest first, by name, the best rated first, or the least seen first; what ties is newest first."""


@dataclass(frozen=True)
class Query:
    """Every word of `text` must stand in a name, concept, kind, family, method, preset, prompt, note or tag.

    An empty field asks for nothing. `stars` is the least rating.
    """

    text: str = ""
    kind: str = ""
    family: str = ""
    method: str = ""
    tag: str = ""
    stars: int = 0
    verdict: str = ""
    state: str = ""
    sort: str = ORDERS[0]

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for beyond an order."""
        return bool(self.text.strip()) or self.filtered

    @property
    def filtered(self) -> bool:
        """Whether anything is asked for beyond words and an order."""
        return any(getattr(self, f.name) for f in fields(self) if f.name not in ("text", "sort"))

    @property
    def cleared(self) -> Query:
        """The same order, and nothing asked for."""
        return replace(Query(), sort=self.sort)

    def checked(self) -> Query:
        """Itself; InputError for a word that means nothing here."""
        for given, known in ((self.verdict, VERDICTS), (self.state, STATES), (self.sort, ORDERS)):
            if given and given not in known:
                fix = tr("Use one of: {words}.", words=", ".join(known))
                raise InputError(tr("“{word}” cannot be looked for.", word=given), fix=fix)
        return self

    def select(self, rows: Iterable[Row]) -> list[Row]:
        """The rows that fit, in order; they come newest first."""
        found = list(rows)
        for fits in self._tests():
            found = list(filter(fits, found))
        if self.state == "waiting":
            from core.library.fitting import waiting  # the catalogue is read only where it is asked for

            found = waiting(found)
        return _ORDERS.get(self.sort, list)(found)

    def _tests(self) -> Iterator[Callable[[Row], bool]]:
        """What a row must pass, the cheapest first."""
        for name in ("kind", "family", "method"):
            if wanted := getattr(self, name):
                yield lambda row, name=name, wanted=wanted: getattr(row, name) == wanted
        if self.stars:
            yield lambda row: row.stars >= self.stars
        if self.verdict:
            yield lambda row: verdict_of(row) == self.verdict
        if self.state:
            wanted = "sound" if self.state == "waiting" else self.state
            yield lambda row: state_of(row) == wanted
        if self.tag:
            yield lambda row: self.tag.casefold() in map(str.casefold, row.tags)
        for word in self.text.casefold().split():
            yield lambda row, word=word: word in row.words


def state_of(row: Row) -> str:
    """`missing`, `damaged` or `sound`."""
    return "missing" if row.missing else "damaged" if row.damage else "sound"


def verdict_of(row: Row) -> str:
    """`passed`, `failed` or `unjudged`."""
    return "unjudged" if row.passed is None else "passed" if row.passed else "failed"
