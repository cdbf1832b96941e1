"""Many concepts gone at once: erased one by one and stacked, erased one after the other, or erased together.

    python -m tests.benchmarks.stacking --out runs/stacking --presets guarded --counts 1,2,4,8

For each preset and count: every way of `core.erasure.stacking` on the concepts' own Δ, `sequential` (each erasure goes
on from the one before) and `together` (one erasure of all). Measured on final prompts, stills: how often what is gone
is still seen, and how much of the original's accuracy is kept on the rest, paired by prompt. An erasure is kept as its
Δ and a measurement as a row, as soon as it is known: a stopped run goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.numpy import load_file, save_file
from transformers import CLIPTextModel

from core.concepts import world
from core.erasure.stacking import WAYS, combine
from core.erasure.trainable import Delta
from core.errors import LacunaError
from core.evaluation.figures import rate, retained
from core.evaluation.scorecard import Bench, measure, prompts_for
from core.files import atomic_write_text
from core.jobs.keeping import halved
from core.jobs.spec import EraseSpec
from core.jobs.vocabulary import known_concept
from core.jobs.workshop import family, judge, motion_judge, moved_encoder
from core.library.manifest import Manifest
from core.library.store import Library
from core.presets import preset
from core.prompts import Purpose
from tests.benchmarks.erasures import Measurements, Row, erased
from tests.benchmarks.tables import cell, put, table

CONCEPTS = ("Pipwick", "car", "Mara Quillon", "Vello Harn", "Ollaby", "umbrella", "Kofi Lundgrove", "Lio Kasset")
"""In turn a character, an object, a person and a style, so that every count mixes kinds."""
TRAINED = ("sequential", "together")
SEEN, KEPT = ("direct", "paraphrase"), ("neighbours", "unrelated")


@dataclass(frozen=True)
class Change:
    """A kept Δ, its strength, the seconds it took, and the concepts that are gone with it."""

    delta: Delta
    strength: float
    seconds: float
    gone: tuple[str, ...] = ()


class Store(Measurements):
    """Measurements, and Δ under `erased`."""

    def path(self, name: str) -> Path:
        """Where a Δ lies."""
        return self.folder / "erased" / f"{name.replace(' ', '_')}.safetensors"

    def read(self, name: str) -> Change | None:
        """A kept Δ; None before it was made."""
        facts = self.path(name).with_suffix(".json")
        if not facts.exists():
            return None
        known = json.loads(facts.read_text("utf-8"))
        return Change(load_file(self.path(name)), known["strength"], known["seconds"], tuple(known["gone"]))

    def keep(self, name: str, change: Change) -> Change:
        """Keep a Δ, its facts last, so that what has facts is whole."""
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        save_file(change.delta, self.path(name))
        facts = {"strength": change.strength, "seconds": change.seconds, "gone": change.gone}
        atomic_write_text(self.path(name).with_suffix(".json"), json.dumps(facts))
        return change


@dataclass(frozen=True)
class Task:
    """One run's settings; `more` override those of every preset."""

    store: Store
    names: tuple[str, ...]
    prompts: int
    seed: int
    more: dict[str, Any]

    def erase(self, name: str, concepts: tuple[str, ...], chosen: str, start: Change | None = None) -> Change:
        """The Δ of this name, made at need: the concepts erased in one go, from the original or from another Δ."""
        if found := self.store.read(name):
            return found
        with tempfile.TemporaryDirectory() as folder:
            library = Library(Path(folder) / "library")
            begun = _entry(library, start) if start else ""
            first, *also = concepts
            given = {"preset": chosen, "seed": self.seed, "settings": self.more, "library": str(library.root)}
            job, seconds = erased(EraseSpec(first, also=tuple(also), start=begun, **given), Path(folder))
        gone = tuple(concept.name for concept in job.concepts)
        return self.store.keep(name, Change(job.half(), job.kept.strength, sum(seconds.values()), gone))

    def alone(self, concept: str, chosen: str) -> Change:
        """A concept erased by itself."""
        return self.erase(f"{chosen}-{concept}", (concept,), chosen)

    def change(self, chosen: str, way: str, concepts: tuple[str, ...]) -> Change:
        """The Δ that is to be measured."""
        if way == "together":
            return self.erase(f"{chosen}-together-{len(concepts)}", concepts, chosen)
        if way == "sequential":
            return self._sequential(chosen, concepts)
        parts = [self.alone(concept, chosen) for concept in concepts]
        began = time.perf_counter()
        delta = halved(combine([part.delta for part in parts], [part.strength for part in parts], way))
        spent = sum(part.seconds for part in parts) + time.perf_counter() - began
        return Change(delta, 1.0, spent)

    def _sequential(self, chosen: str, concepts: tuple[str, ...]) -> Change:
        last, spent = self.alone(concepts[0], chosen), 0.0
        for count, concept in enumerate(concepts[1:], 2):
            spent += last.seconds
            last = self.erase(f"{chosen}-sequential-{count}", (concept,), chosen, last)
        return Change(last.delta, last.strength, last.seconds + spent)

    def row(self, chosen: str, way: str, count: int) -> Row:
        """One measurement."""
        concepts = self.names[:count]
        try:
            made = self.change(chosen, way, concepts)
        except LacunaError as error:
            return {"preset": chosen, "way": way, "count": count, "failed": str(error)}
        encoder = moved_encoder(family("starter"), made.delta, made.strength)
        shares = self.measured(encoder, concepts)
        return {"preset": chosen, "way": way, "count": count, "seconds": made.seconds, "shares": shares}

    def measured(self, encoder: CLIPTextModel, concepts: tuple[str, ...]) -> dict[str, list[float]]:
        """Shares per prompt and group: `prompts` a group and concept, on final prompts."""
        opened, known = family("starter"), world("starter")
        bench = Bench(judge("starter"), motion_judge("starter"), known, Purpose.FINAL, self.seed)
        gone = tuple(known_concept(known, name) for name in concepts)
        groups = prompts_for(bench, gone, dict.fromkeys((*SEEN, *KEPT), self.prompts * len(gone)))
        host = opened.host("still")
        return {group: measure(bench, host, encoder, prompts).shares for group, prompts in groups.items()}

    def original(self, count: int) -> Row:
        """The original encoder on the same prompts."""
        shares = self.measured(family("starter").encoder, self.names[:count])
        return {"preset": "", "way": "original", "count": count, "seconds": 0.0, "shares": shares}

    def work(self, chosen: list[str], counts: list[int]) -> Iterator[Callable[[], None]]:
        """Every measurement that is still to be done, the small counts first."""
        for count in counts:
            if not self.store.has(way="original", count=count):
                yield lambda n=count: self.store.add(self.original(n))
            for name in chosen:
                for way in (*WAYS, *TRAINED) if count > 1 else ("sum",):
                    if not self.store.has(preset=name, way=way, count=count):
                        yield lambda p=name, w=way, n=count: self.store.add(self.row(p, w, n))


def _entry(library: Library, start: Change) -> str:
    """Put a Δ into a library, so that an erasure can go on from it."""
    base = family("starter").fingerprint
    manifest = Manifest(
        name="start", concept=start.gone[0], concepts=start.gone, kind="", family="starter", base=base, method="",
        preset="", settings={}, strength=start.strength, seed=0, prompt="", seconds={}, versions={},
    )  # fmt: skip
    return library.add(manifest, start.delta, {"schema": 1}, {}).id


def report(rows: list[Row]) -> str:
    """A Markdown table: each way and count, what is still seen and what is kept, with 95 % intervals."""
    before = {row["count"]: row["shares"] for row in rows if row["way"] == "original"}

    def line(row: Row) -> list[str]:
        head = [row["preset"] or "–", str(row["count"]), row["way"]]
        if "failed" in row:
            return [*head, row["failed"], "", "", "", ""]
        shares, first = row["shares"], before[row["count"]]
        seen = [share for group in SEEN for share in shares[group]]
        kept = [retained(shares[group], first[group]) for group in KEPT]
        counts = f"{len(seen)} / {len(shares[KEPT[0]])}"
        return [*head, cell(rate(sum(seen), len(seen))), *map(cell, kept), counts, f"{row['seconds']:.0f} s"]

    heading = ["preset", "concepts", "way", "seen", *(f"{group} kept" for group in KEPT), "n seen / kept", "erasing"]
    order = ("original", *WAYS, *TRAINED)
    return table(heading, map(line, sorted(rows, key=lambda r: (r["count"], r["preset"], order.index(r["way"])))))


def main() -> None:
    """Entry point of the benchmark."""
    parser = argparse.ArgumentParser(description="Measure ways to erase several concepts.")
    parser.add_argument("--out", type=Path, default=Path("runs/stacking"))
    parser.add_argument("--presets", default="guarded")
    parser.add_argument("--concepts", default=",".join(CONCEPTS))
    parser.add_argument("--counts", default="1,2,4,8")
    parser.add_argument("--prompts", type=int, default=20, help="pictures per concept and group")
    parser.add_argument("--set", default="{}", help="settings for every erasure, as JSON")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--page", type=Path, help="put the table between this page's marks")
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    chosen = given.presets.split(",")
    for name in chosen:
        preset(name)
    task = Task(Store(given.out), tuple(given.concepts.split(",")), given.prompts, given.seed, json.loads(given.set))
    for step in task.work(chosen, [int(count) for count in given.counts.split(",")]):
        began = time.perf_counter()
        step()
        print(f"{time.perf_counter() - began:.1f} s", flush=True)
    text = report(task.store.rows)
    print(text)
    if given.page:
        atomic_write_text(given.page, put(given.page.read_text("utf-8"), "stacking", text))


if __name__ == "__main__":
    main()
