"""How small a LoRA may be: entries written at several fidelities, read back by a LoRA's rules, and measured again.

    python -m tests.benchmarks.lora_fidelity --library runs/attacks --preset guarded --page docs/formats.md

For each entry of a preset: the whole Δ, and LoRA files that hold less and less of it. Each file is read as its readers
do (up · down · alpha / r, and `.diff` as it is), added to the encoder, and measured on final prompts, stills.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from core.concepts import world
from core.erasure.trainable import Delta
from core.evaluation.figures import rate, retained
from core.evaluation.scorecard import Bench, measure, prompts_for
from core.files import atomic_write_text
from core.jobs.vocabulary import known_concept
from core.jobs.workshop import family, judge, motion_judge, moved_encoder
from core.library.entry import Entry, require_manifest
from core.library.exporters import low_rank
from core.library.exporters.erased import Erased
from core.library.exporters.gather import erased_encoders
from core.library.exporters.naming import kohya
from core.library.store import Library
from core.prompts import Purpose
from tests.benchmarks.tables import cell, put, table

SHARES = (0.99, 0.95, 0.9, 0.8, 0.6)
SEEN, KEPT = ("direct", "paraphrase"), ("neighbours", "unrelated")


@dataclass(frozen=True)
class Made:
    """A way to pass the change on: its bytes as a file, its rank (0: all), what it holds, and the Δ it gives back."""

    bytes: int
    rank: int
    captured: float
    delta: Delta


def read_back(erased: Erased, path: Path) -> Delta:
    """The change that a LoRA file stands for, by the encoder's own names."""
    stored = {name: value.astype(np.float32) for name, value in load_file(path).items()}
    found: Delta = {}
    for name in erased.change:
        module, part = kohya(name)
        if part == "weight" and f"{module}.lora_up.weight" in stored:
            up, down = stored[f"{module}.lora_up.weight"], stored[f"{module}.lora_down.weight"]
            scale = np.float32(stored[f"{module}.alpha"] / len(down))
            found[name] = (up @ down * scale).astype(np.float32)
        else:
            found[name] = stored[f"{module}.diff" if part == "weight" else f"{module}.diff_b"]
    return found


def ways(erased: Erased, folder: Path) -> Iterator[Made]:
    """The whole change, then files that hold less and less."""
    whole: Delta = {name: value.astype(np.float16) for name, value in erased.change.items()}
    yield Made(sum(value.nbytes for value in whole.values()), 0, 1.0, whole)
    for wanted in SHARES:
        path = folder / f"{wanted}.safetensors"
        told = low_rank.export((erased,), path, wanted=wanted)
        yield Made(told["bytes"], told["rank"], told["captured"], read_back(erased, path))


@dataclass(frozen=True)
class Scale:
    """Measures encoders of one concept on the same final prompts, `count` a group."""

    names: tuple[str, ...]
    count: int

    def shares(self, delta: Delta) -> dict[str, list[float]]:
        """By group, the share of each prompt's picture that shows what the prompt asks for."""
        opened, known = family("starter"), world("starter")
        bench = Bench(judge("starter"), motion_judge("starter"), known, Purpose.FINAL)
        gone = tuple(known_concept(known, name) for name in self.names)
        encoder, host = moved_encoder(opened, delta, 1.0), opened.host("still")
        groups = prompts_for(bench, gone, dict.fromkeys((*SEEN, *KEPT), self.count))
        return {group: measure(bench, host, encoder, prompts).shares for group, prompts in groups.items()}


Row = dict[str, Any]


def rows(library: Library, entry: Entry, count: int) -> Iterator[Row]:
    """One measurement for each way to pass an entry on."""
    manifest, (erased,) = require_manifest(entry), erased_encoders(library, entry.id)
    scale = Scale(manifest.gone, count)
    before = scale.shares({})
    with tempfile.TemporaryDirectory() as folder:
        for at, made in enumerate(ways(erased, Path(folder))):
            facts = {"bytes": made.bytes, "rank": made.rank, "captured": made.captured}
            yield {"way": at, "concept": entry.name, **facts, "before": before, "shares": scale.shares(made.delta)}


def report(measured: list[Row]) -> str:
    """A Markdown table, every entry of a way together, with 95 % intervals."""

    def line(way: int) -> list[str]:
        found = [row for row in measured if row["way"] == way]
        seen = [share for row in found for group in SEEN for share in row["shares"][group]]
        ranks = sorted(row["rank"] for row in found)
        sizes = sorted(row["bytes"] for row in found)
        kept = [retained(_all(found, "shares", group), _all(found, "before", group)) for group in KEPT]
        return [
            f"LoRA, {SHARES[way - 1]:.0%} wanted" if way else "whole Δ",
            f"{ranks[0]}–{ranks[-1]}" if way else "all",
            f"{min(row['captured'] for row in found):.1%}",
            f"{sizes[0] / 1e6:.2f}–{sizes[-1] / 1e6:.2f} MB",
            cell(rate(sum(seen), len(seen))),
            *map(cell, kept),
            f"{len(seen)} / {len(found) * len(found[0]['shares'][KEPT[0]])}",
        ]

    heading = ["form", "rank", "Σσ² held, least", "size", "seen", *(f"{g} kept" for g in KEPT), "n seen / kept"]
    return table(heading, map(line, sorted({row["way"] for row in measured})))


def _all(found: list[Row], when: str, group: str) -> list[float]:
    return [share for row in found for share in row[when][group]]


def main() -> None:
    """Entry point of the benchmark."""
    parser = argparse.ArgumentParser(description="Measure what a small LoRA keeps of an erasure.")
    parser.add_argument("--library", type=Path, default=Path("runs/attacks"))
    parser.add_argument("--preset", default="guarded")
    parser.add_argument("--prompts", type=int, default=20, help="pictures per concept and group")
    parser.add_argument("--page", type=Path, help="put the table between this page's marks")
    given = parser.parse_args()
    library = Library(given.library)
    wanted = [entry for entry in library.entries() if entry.manifest and entry.manifest.preset == given.preset]
    measured: list[Row] = []
    for entry in wanted:
        measured += rows(library, entry, given.prompts)
        print(entry.name, flush=True)
    text = report(measured)
    print(text)
    if given.page:
        atomic_write_text(given.page, put(given.page.read_text("utf-8"), "lora", text))


if __name__ == "__main__":
    main()
