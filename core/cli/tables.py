"""Tables and figures as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SEEN = {"direct": "concept seen, named", "paraphrase": "concept seen, by a synonym"}
_KEPT = {"neighbours": "neighbours kept", "unrelated": "unrelated kept"}
_MORE = {
    "implicit": "concept seen, described",
    "direct_videos": "clips with any such frame",
    "leakage": "seen in some frames only",
    "motion": "moves as asked",
    "motion_amount": "pixels moved a frame",
    "motion_kept": "motion kept",
    "frozen": "clips that froze",
    "consistency": "consistency",
    "consistency_change": "change of consistency",
    "lpips": "lpips to the original",
}
"""Rows that stand in the table only where something of them was measured."""
_NUMBERS = ("motion_amount", "consistency", "consistency_change", "lpips")
_COLUMNS = ("original", "negative_prompt", "filtered", "erased")


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows with their columns aligned, the first row being the heading."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def percent(value: float) -> str:
    """A share as a whole percentage."""
    return f"{100 * value:.0f} %"


def figure(value: Mapping[str, Any] | None) -> str:
    """A figure of a scorecard with its 95 % interval and n; a dash when it was not measured."""
    if not value:
        return "–"
    return f"{percent(value['value'])} ({100 * value['low']:.0f}–{percent(value['high'])}, n {value['n']})"


def size(count: int) -> str:
    """Bytes in words, in powers of 1024."""
    amount = float(count)
    for unit in ("bytes", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"


def seconds_table(seconds: Mapping[str, float]) -> str:
    """Where the seconds went, the total last."""
    parts = {name: value for name, value in seconds.items() if name != "total"}
    total = seconds.get("total", sum(parts.values()))
    rows = [(name, f"{value:7.1f} s", f"{percent(value / max(total, 1e-9)):>5}") for name, value in parts.items()]
    return table([*rows, ("total", f"{total:7.1f} s", "")])


def number(value: Mapping[str, Any] | None) -> str:
    """Like `figure`, for what is no share."""
    if not value:
        return "–"
    return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f}, n {value['n']})"


def scorecard_table(scorecard: Mapping[str, Any]) -> str:
    """The figures of every host: before, with a negative prompt, with a prompt filter, and after."""
    rows: list[tuple[str, ...]] = [("host", "measured", "original", "negative prompt", "prompt filter", "erased")]
    for name, host in scorecard.get("hosts", {}).items():
        rows += [(name, label, *_cells(host, group)) for group, label in _SEEN.items()]
        for group, label in _KEPT.items():
            rows.append((name, label, "", "", "", figure(host.get("retained", {}).get(group))))
        more = [(name, label, *_cells(host, key)) for key, label in _MORE.items()]
        rows += [row for row in more if set(row[2:]) != {"–"}]
        if gap := scorecard.get("transfer_gap", {}).get(name):
            rows.append((name, "seen more than in stills", "", "", "", figure(gap)))
    return table(rows)


def _cells(host: Mapping[str, Any], key: str) -> Iterator[str]:
    words = number if key in _NUMBERS else figure
    return (words(host.get(column, {}).get(key)) for column in _COLUMNS)
