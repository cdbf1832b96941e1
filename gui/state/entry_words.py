"""An entry of a list in a few words: what tells it from its neighbours, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from core.concepts import Kind
from core.i18n import tr
from core.library.fitting import is_waiting
from gui.state.words import capital, day, percent

if TYPE_CHECKING:
    from core.library.row import Row


def kind_words(kind: str) -> str:
    """A kind in words; one that is not known stays as it is."""
    return capital(Kind(kind).word) if kind in set(Kind) else kind


def day_of(created: str) -> str:
    """The day of an ISO 8601 time in the person's own time zone; what is no time stays as it is."""
    try:
        return day(datetime.fromisoformat(created).astimezone())
    except (ValueError, OverflowError):
        return created[:10]


def figures(row: Row) -> str:
    """How often the concept was seen before and after, or why that is not known."""
    if row.missing:
        return tr("Its folder is gone")
    if row.newer:
        return tr("Made by a newer Lacuna")
    if row.damage:
        return tr("Damaged")
    if is_waiting(row):
        return tr("Waiting for its model")
    if row.seen_after is None:
        return tr("Not judged yet")
    if row.seen_before is None:
        return tr("Seen {after}", after=percent(row.seen_after))
    return tr("Seen {before} → {after}", before=percent(row.seen_before), after=percent(row.seen_after))


def concepts(row: Row) -> str:
    """All that an entry erases."""
    return ", ".join(row.concepts or (row.concept,))


def told_row(row: Row) -> str:
    """What tells an entry from others of its name, in one line."""
    return " · ".join(filter(None, (concepts(row), row.family, day_of(row.created), figures(row))))
