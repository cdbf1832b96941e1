"""Numbers, times and dates in words, in the person's language and the same on every page."""

from __future__ import annotations

from datetime import datetime

from core.errors import InputError
from core.i18n import language, number, percent, tr
from core.models.catalogue import family_card

__all__ = [
    "about",
    "capital",
    "counted",
    "day",
    "decimal",
    "duration",
    "host_title",
    "moment",
    "moment_of",
    "number",
    "percent",
    "size",
]


def decimal(value: float, digits: int = 1) -> str:
    """A number with so many decimals: `0.25`, in German `0,25`."""
    return number(value, f",.{digits}f")


def counted(count: int, one: str, many: str) -> str:
    """The words for one, or those for so many with their {count} filled in; both come translated."""
    return one if count == 1 else many.format(count=count)


def capital(text: str) -> str:
    """The text with a capital letter at its start, the rest as it is."""
    return text[:1].upper() + text[1:]


def duration(seconds: float) -> str:
    """A time span as a person says it: `40 seconds`, `3 minutes`, `1.5 hours`."""
    if seconds < 1.5:
        return tr("a second")
    if seconds < 90:
        return tr("{count} seconds", count=round(seconds))
    if seconds < 5400:
        return tr("{count} minutes", count=round(seconds / 60))
    return tr("{count} hours", count=decimal(seconds / 3600))


def size(count: float) -> str:
    """A number of bytes with its unit: `12 KB`, `1.4 GB`."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if count >= scale:
            value = count / scale
            return f"{decimal(value, 1 if value < 10 else 0)} {unit}"
    return tr("{count} bytes", count=f"{count:.0f}")


def about(seconds: float) -> str:
    """An expected duration, no more exact than it is known: `about 70 seconds`."""
    return tr("about {amount}", amount=duration(5 * max(1, round(seconds / 5))))


def moment(made: datetime) -> str:
    """A date and a time of day, as `made` has them: `4 Nov 2026, 12:05`, in German `04.11.2026, 12:05`."""
    return f"{day(made)}, {made:%H:%M}"


def moment_of(stamp: str, otherwise: str = "") -> str:
    """An ISO 8601 time as `moment` tells it, in the person's own zone; `otherwise` for what is no time."""
    try:
        return moment(datetime.fromisoformat(stamp).astimezone())
    except (ValueError, OverflowError, OSError):
        return otherwise


def day(made: datetime) -> str:
    """A date: `4 Nov 2026`, in German `04.11.2026`."""
    return f"{made:%d.%m.%Y}" if language() == "de" else f"{made.day} {made:%b %Y}"


def host_title(family: str, host: str) -> str:
    """A host's short name: the catalogue's title behind its colon, or the host's own name if it is unknown."""
    try:
        return tr(family_card(family).host(host).title).split(": ")[-1]
    except InputError:
        return host or tr("Clips")
