"""Numbers and times in words, the same on every page."""

from __future__ import annotations

from core.errors import InputError
from core.models.catalogue import family_card


def duration(seconds: float) -> str:
    """A time span as a person says it: `40 seconds`, `3 minutes`, `1.5 hours`."""
    if seconds < 1.5:
        return "a second"
    if seconds < 90:
        return f"{round(seconds)} seconds"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def size(count: float) -> str:
    """A number of bytes with its unit: `12 KB`, `1.4 GB`."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if count >= scale:
            value = count / scale
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{count:.0f} bytes"


def about(seconds: float) -> str:
    """An expected duration, no more exact than it is known: `about 70 seconds`."""
    return f"about {duration(5 * max(1, round(seconds / 5)))}"


def percent(rate: float) -> str:
    """A rate in [0, 1] as whole percent."""
    return f"{round(100 * rate)} %"


def host_title(family: str, host: str) -> str:
    """A host's short name: the catalogue's title behind its colon, or the host's own name if it is unknown."""
    try:
        return family_card(family).host(host).title.split(": ")[-1]
    except InputError:
        return host or "Clips"
