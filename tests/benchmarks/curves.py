"""The charts and tables of a sweep: how often the concept is seen and what is kept, against each factor.

    python -m tests.benchmarks.curves runs/sweep --page docs/sweep.md --images docs/images

A chart is written as SVG on a white ground, two panels side by side; whiskers are 95 % intervals over prompts.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

from core.evaluation.figures import Figure, rate, retained
from core.files import atomic_write_text
from tests.benchmarks.sweep import DEFAULTS, FACTOR_LOOKS, FACTORS, RATES, Point, Row, Store, is_of
from tests.benchmarks.tables import cell, put, table

Series = dict[str, list[Figure | None]]
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#8b5a9f", "#8a6d00")
"""Told apart by people who are blind to red or green (after Okabe and Ito 2008), darkened for white paper."""
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 470, 310, 52, 58, 72


@dataclass(frozen=True)
class Panel:
    """One axis of labels and the shares of each series at every label; only an axis with an order has `lines`."""

    title: str
    axis: str
    labels: list[str]
    series: Series
    lines: bool


def _y(share: float) -> float:
    return TOP + (1 - min(share, 1.1) / 1.1) * (HEIGHT - TOP - BOTTOM)


def _x(index: int, count: int) -> float:
    return LEFT + (index + 0.5) * (WIDTH - LEFT - 14) / count


def _text(x: float, y: float, text: str, anchor: str = "middle", style: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {style}>{escape(text)}</text>'


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, width: float = 1) -> str:
    return f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _frame(panel: Panel) -> list[str]:
    parts = [_text(LEFT, 22, panel.title, "start", 'font-weight="600" font-size="14"')]
    for share in (0, 0.25, 0.5, 0.75, 1):
        parts.append(_line(LEFT, _y(share), WIDTH - 14, _y(share), "#dddddd"))
        parts.append(_text(LEFT - 6, _y(share) + 4, f"{share:.0%}", "end"))
    rows = 2 if any(len(label) > 8 for label in panel.labels) else 1
    for k, label in enumerate(panel.labels):
        parts.append(_text(_x(k, len(panel.labels)), HEIGHT - 52 + 15 * (k % rows), label))
    return [*parts, _text((LEFT + WIDTH) / 2, HEIGHT - 14, panel.axis)]


def _joined(spots: list[tuple[float, Figure]], colour: str) -> list[str]:
    return [
        _line(x, _y(one["value"]), to_x, _y(two["value"]), colour, 1.6) for (x, one), (to_x, two) in pairwise(spots)
    ]


def _dots(spots: list[tuple[float, Figure]], colour: str) -> list[str]:
    parts: list[str] = []
    for x, figure in spots:
        parts.append(_line(x, _y(figure["low"]), x, _y(figure["high"]), colour))
        parts.append(f'<circle cx="{x:.1f}" cy="{_y(figure["value"]):.1f}" r="3.2" fill="{colour}"/>')
    return parts


def _panel(panel: Panel, left: float) -> str:
    parts, x = _frame(panel), float(LEFT)
    for k, (name, values) in enumerate(panel.series.items()):
        colour = COLOURS[k % len(COLOURS)]
        shift = 5 * (k - (len(panel.series) - 1) / 2)
        spots = [(_x(n, len(values)) + shift, figure) for n, figure in enumerate(values) if figure]
        parts += [*(_joined(spots, colour) if panel.lines else []), *_dots(spots, colour)]
        parts += [f'<circle cx="{x + 4:.0f}" cy="38" r="4" fill="{colour}"/>', _text(x + 12, 42, name, "start")]
        x += 28 + 6.2 * len(name)
    return f'<g transform="translate({left:.0f} 0)">{"".join(parts)}</g>'


def chart(panels: Iterable[Panel]) -> str:
    """An SVG picture of panels side by side."""
    drawn = [_panel(panel, k * WIDTH) for k, panel in enumerate(panels)]
    width = WIDTH * len(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="#222222">'
        f'<rect width="{width}" height="{HEIGHT}" fill="#ffffff"/>{"".join(drawn)}</svg>\n'
    )


class Sweep:
    """The rows of a sweep, pooled over its concepts."""

    def __init__(self, folder: Path) -> None:
        self.rows = Store(folder / "rows.json").rows
        self._before = {row["concept"]: row for row in self.rows if row["method"] == "original"}

    def of(self, point: Point, step: int) -> list[Row]:
        """The rows of a run at a step, a concept each; empty unless every concept has one."""
        found = [row for row in self.rows if is_of(row, point) and row["step"] == step]
        return found if len(found) == len(self._before) else []

    def seen(self, point: Point, step: int) -> Figure | None:
        """How often what was to go is seen."""
        shares = [share for row in self.of(point, step) for g in ("direct", "paraphrase") for share in row["shares"][g]]
        return rate(sum(shares), len(shares)) if shares else None

    def kept(self, point: Point, step: int) -> Figure | None:
        """Accuracy on neighbours and others, as a share of the original's."""
        rows = [(row, self._before[row["concept"]]) for row in self.of(point, step)]
        pairs = [
            pair
            for row, before in rows
            for group in ("neighbours", "unrelated")
            for pair in zip(row["shares"][group], before["shares"][group], strict=True)
        ]
        return retained([after for after, _ in pairs], [before for _, before in pairs]) if pairs else None


Read = Callable[[Point, int], Figure | None]


@dataclass(frozen=True)
class Picture:
    """A chart and the table beside it: labels along the axis, and for each series a point and a step per label."""

    name: str
    axis: str
    labels: list[str]
    spots: dict[str, list[tuple[Point, int]]]
    lines: bool = True

    def panels(self, sweep: Sweep) -> list[Panel]:
        """What is seen and what is kept."""

        def read(how: Read) -> Series:
            return {name: [how(*spot) for spot in spots] for name, spots in self.spots.items()}

        seen, kept = read(sweep.seen), read(sweep.kept)
        return [
            Panel("Concept seen (less is better)", self.axis, self.labels, seen, self.lines),
            Panel("Others kept (more is better)", self.axis, self.labels, kept, self.lines),
        ]

    def markdown(self, sweep: Sweep) -> str:
        """Seen and kept with their intervals; what was not measured is left out."""
        rows = [
            [label, name, cell(seen), cell(sweep.kept(*spot)), str(seen["n"])]
            for name, spots in self.spots.items()
            for label, spot in zip(self.labels, spots, strict=True)
            if (seen := sweep.seen(*spot))
        ]
        return table([self.axis, "series", "seen", "kept", "n seen"], rows)


def _rates(method: str) -> Picture:
    default = DEFAULTS[method]
    rates = sorted({*RATES[method], default.learning_rate})
    spots = {f"step {k}": [(replace(default, learning_rate=r), k) for r in rates] for k in default.looks}
    return Picture(f"rate-{method}", "learning rate", [f"{r:.0e}".replace("e-0", "e-") for r in rates], spots)


def _factor(name: str) -> Picture:
    values = [*FACTORS[name], getattr(DEFAULTS["guarded"], name)]
    values = sorted(values) if name == "images" else values[::-1]
    spots = {
        f"{method}, step {step}": [(replace(DEFAULTS[method], **{name: value}), step) for value in values]
        for method, steps in FACTOR_LOOKS.items()
        for step in steps
    }
    labels = [str(value).replace("final-attention", "final att.") for value in values]
    return Picture(name, name, labels, spots, name == "images")


def pictures() -> list[Picture]:
    """Every chart of the page."""
    return [*map(_rates, DEFAULTS), *map(_factor, FACTORS)]


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description="Draw a sweep and put its tables into the page.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--page", type=Path, default=Path("docs/sweep.md"))
    parser.add_argument("--images", type=Path, default=Path("docs/images"))
    given = parser.parse_args()
    sweep, page = Sweep(given.folder), given.page.read_text("utf-8")
    for picture in pictures():
        atomic_write_text(given.images / f"sweep-{picture.name}.svg", chart(picture.panels(sweep)))
        page = put(page, picture.name, picture.markdown(sweep))
    atomic_write_text(given.page, page)


if __name__ == "__main__":
    main()
