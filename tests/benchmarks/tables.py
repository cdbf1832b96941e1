"""The tables of `docs/erasures.md`, made of the rows that the benchmarks kept and put between the page's marks.

    python -m tests.benchmarks.tables runs/erasures-a runs/erasures-b

A mark is a pair of comments, `<!-- still -->` and `<!-- /still -->`; what stands between them is replaced.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from core.evaluation.figures import Figure, rate, retained
from core.evaluation.scorecard import KEPT, SEEN
from core.files import atomic_write_text
from tests.benchmarks.erasures import BASELINES, Row, Store

FRAMES = {"still": 1, "animatediff": 12, "text2video": 12}


class Rows:
    """The measurements of several folders as one."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.stores = [Store(folder) for folder in folders]
        self.rows: list[Row] = [row for store in self.stores for row in store.rows]

    @property
    def presets(self) -> list[str]:
        """The baselines first, then the methods in order of their name."""
        found = {row["preset"] for row in self.rows}
        return [*(b for b in BASELINES if b in found), *sorted(found - set(BASELINES))]

    @property
    def concepts(self) -> list[str]:
        """Every concept, kind by kind."""
        return list({row["concept"]: None for row in sorted(self.rows, key=lambda r: r["kind"])})

    def of(self, preset: str, host: str) -> list[Row]:
        """The rows of one column on one host."""
        return [row for row in self.rows if (row["preset"], row["host"]) == (preset, host)]

    def pooled(self, preset: str, host: str, groups: Iterable[str], concepts: Iterable[str] = ()) -> list[float]:
        """The shares of all concepts, or of some, under one column."""
        wanted = set(concepts) or set(self.concepts)
        rows = {row["concept"]: row for row in self.of(preset, host) if row["concept"] in wanted}
        return [share for name in sorted(rows) for group in groups for share in rows[name]["shares"].get(group, [])]

    def seen(self, preset: str, host: str, *groups: str) -> Figure | None:
        """How often the concept is seen; the interval counts prompts."""
        shares, frames = self.pooled(preset, host, groups), FRAMES[host]
        return rate(sum(shares) * frames, len(shares) * frames, len(shares)) if shares else None

    def kept(self, preset: str, host: str, group: str) -> Figure | None:
        """Accuracy as a share of the original's on the same prompts and concepts."""
        names = {row["concept"] for row in self.of(preset, host)}
        after, before = (self.pooled(p, host, [group], names) for p in (preset, "original"))
        return retained(after, before) if after and len(after) == len(before) else None

    def facts(self, preset: str) -> list[dict[str, Any]]:
        """What the erasures of a preset took."""
        found = [store.facts(concept, preset) for store in self.stores for concept in self.concepts]
        return [facts for facts in found if "seconds" in facts]


def cell(figure: Figure | None) -> str:
    """A figure with its interval."""
    if figure is None:
        return "–"
    return f"{figure['value']:.1%} ({figure['low']:.1%}–{figure['high']:.1%})"


def table(heading: list[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def host_table(rows: Rows, host: str) -> str:
    """Every column on one host."""
    heading = ["column", "direct", "paraphrase", "implicit", "neighbours kept", "unrelated kept", "n per figure"]

    def line(preset: str) -> list[str]:
        seen = [cell(rows.seen(preset, host, group)) for group in SEEN]
        kept = [cell(rows.kept(preset, host, group)) for group in KEPT]
        return [preset, *seen, *kept, str(len(rows.pooled(preset, host, ["direct"])))]

    return table(heading, (line(preset) for preset in rows.presets if rows.of(preset, host)))


def cost_table(rows: Rows) -> str:
    """What an erasure takes: the median over concepts."""

    def line(preset: str) -> list[str]:
        facts = rows.facts(preset)
        seconds = [f["seconds"] for f in facts]
        memory, size = max(f["peak_memory"] for f in facts), median(f["bytes"] for f in facts)
        return [
            preset,
            f"{median(s['pictures'] for s in seconds):.1f} s",
            f"{median(s['erasure'] for s in seconds):.1f} s",
            f"{memory / 2**20:.0f} MiB",
            f"{size / 2**10:.0f} KiB",
            str(len(facts)),
        ]

    heading = ["preset", "making pictures", "erasing and judging", "peak memory", "Δ", "concepts"]
    return table(heading, (line(preset) for preset in rows.presets if rows.facts(preset)))


def concept_table(rows: Rows) -> str:
    """How often each concept is seen, named or paraphrased: stills, then the frames of both video hosts."""

    def one(preset: str, host: str, concept: str) -> str:
        shares = rows.pooled(preset, host, ("direct", "paraphrase"), [concept])
        return f"{sum(shares) / len(shares):.0%}" if shares else "–"

    def line(concept: str) -> list[str]:
        return [concept, *(" / ".join(one(p, host, concept) for host in FRAMES) for p in rows.presets)]

    return table(["concept", *rows.presets], map(line, rows.concepts))


def gap_table(rows: Rows) -> str:
    """Stills against the frames of the video host that shares their denoiser, and of the one that does not."""

    def line(preset: str) -> Iterator[str]:
        still = rows.seen(preset, "still", "direct", "paraphrase")
        yield preset
        for host in FRAMES:
            figure = rows.seen(preset, host, "direct", "paraphrase")
            yield cell(figure)
            if host != "still":
                yield f"{100 * (figure['value'] - still['value']):+.1f}" if figure and still else "–"

    heading = ["column", "stills", "AnimateDiff", "gap, points", "Text-to-Video", "gap, points"]
    return table(heading, (list(line(preset)) for preset in rows.presets))


PARTS: dict[str, Callable[[Rows], str]] = {
    **{host: lambda rows, host=host: host_table(rows, host) for host in FRAMES},
    "cost": cost_table,
    "concepts": concept_table,
    "gap": gap_table,
}


def put(page: str, mark: str, text: str) -> str:
    """The page with what stands between a mark replaced; a page without the mark stays as it is."""
    return re.sub(
        rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", lambda m: f"{m[1]}{text}\n{m[2]}", page, flags=re.DOTALL
    )


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description="Put the benchmarks' tables into the page.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--page", type=Path, default=Path("docs/erasures.md"))
    given = parser.parse_args()
    rows, page = Rows(given.folders), given.page.read_text("utf-8")
    for mark, part in PARTS.items():
        page = put(page, mark, part(rows))
    atomic_write_text(given.page, page)


if __name__ == "__main__":
    main()
