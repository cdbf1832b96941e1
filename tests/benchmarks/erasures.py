"""Erase many concepts with every preset and measure every host on final prompts, beside columns that change no weight.

    python -m tests.benchmarks.erasures --out runs/erasures

An erasure is kept as its Δ, and each concept, preset and host is one row, written as soon as it is known: a stopped run
goes on where it was, and several runs share the work when each is given its own `--concepts` and folder. The tables of
`docs/erasures.md` are made of the rows by `tests.benchmarks.tables`.
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

from core.concepts import Concept, world
from core.errors import LacunaError
from core.evaluation.scorecard import COLUMNS, GROUPS, Bench, measure, prompts_for
from core.files import atomic_write_text
from core.generation.prompt_filter import FilteredEncoder, filtered
from core.hardware.memory import peak_memory
from core.jobs.erasing import Erasure
from core.jobs.estimate import stage_seconds
from core.jobs.events import Event, Log
from core.jobs.reporting import Report
from core.jobs.spec import EraseSpec
from core.jobs.validate import validate
from core.jobs.vocabulary import known_concept
from core.jobs.workshop import family, judge, motion_judge, moved_encoder
from core.models.opened import Family
from core.presets import presets
from core.prompts import Purpose

CONCEPTS = (
    *("Pipwick", "Tizzel", "Ollaby", "Mara Quillon", "Otto Brindlebeck", "Kofi Lundgrove"),
    *("car", "umbrella", "star", "Vello Harn", "Lio Kasset", "Dov Merrin"),
)
BASELINES = COLUMNS[:-1]
"""Columns that change no weight."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Measurements:
    """What a benchmark measured so far, a row each, in `rows.json`."""

    folder: Path

    @property
    def rows(self) -> list[Row]:
        """Every measurement so far."""
        path = self.folder / "rows.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else []

    def add(self, row: Row) -> None:
        """Keep one more measurement."""
        atomic_write_text(self.folder / "rows.json", json.dumps([*self.rows, row]))

    def has(self, **wanted: Any) -> bool:
        """Whether a measurement of these values is there."""
        return any(all(row[k] == v for k, v in wanted.items()) for row in self.rows)


class Store(Measurements):
    """Measurements, and Δ with its facts under `erased`."""

    def delta(self, concept: str, preset: str) -> Path:
        """Where the Δ of an erasure lies."""
        return self.folder / "erased" / f"{preset}-{concept.replace(' ', '_')}.safetensors"

    def facts(self, concept: str, preset: str) -> dict[str, Any]:
        """Seconds, memory, step, strength and bytes of an erasure; empty before it was made."""
        path = self.delta(concept, preset).with_suffix(".json")
        return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _say(event: Event) -> None:
    if isinstance(event, Log):
        print("   ", event.message, flush=True)


def erased(spec: EraseSpec, folder: Path) -> tuple[Erasure, dict[str, float]]:
    """The main job as far as the chosen Δ, and the seconds of its two stages."""
    checked = validate(spec)
    assert isinstance(checked, EraseSpec)
    job = Erasure(checked, Report(_say, lambda: False, stage_seconds(checked)), folder)
    job.open()
    with job.report.stage("Make the pictures"):
        job.picture()
    with job.report.stage("Erase"):
        job.erase()
    return job, {"pictures": job.report.seconds["Make the pictures"], "erasure": job.report.seconds["Erase"]}


def keep_erasure(store: Store, concept: str, preset: str, seed: int) -> None:
    """Erase and keep Δ with its facts; what a method cannot do is kept as the sentence it says."""
    path = store.delta(concept, preset)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            job, seconds = erased(EraseSpec(concept, preset=preset, seed=seed), Path(folder))
    except LacunaError as error:
        path.with_suffix(".json").write_text(json.dumps({"failed": str(error)}), "utf-8")
        return
    save_file(job.half(), path)
    facts = {"seconds": seconds, "step": job.kept.step, "strength": job.kept.strength}
    verdict = {"seen": job.kept.verdict.seen, "kept": job.kept.verdict.kept}
    sizes = {"peak_memory": peak_memory(), "bytes": path.stat().st_size}
    path.with_suffix(".json").write_text(json.dumps({**facts, **verdict, **sizes}), "utf-8")


def encoder_of(store: Store, opened: Family, concept: Concept, preset: str) -> CLIPTextModel | FilteredEncoder:
    """The encoder of a column, from its kept Δ or, for a baseline, without any."""
    if preset == "filtered":
        return filtered(opened, (concept,))
    if preset in BASELINES:
        return opened.encoder
    return moved_encoder(
        opened, load_file(store.delta(concept.name, preset)), store.facts(concept.name, preset)["strength"]
    )


def row(store: Store, concept: str, preset: str, host: str, sizes: dict[str, int], seed: int) -> Row:
    """Shares per prompt and group, so that rows can be pooled."""
    opened, known = family("starter"), world("starter")
    bench = Bench(judge("starter"), motion_judge("starter"), known, Purpose.FINAL, seed)
    what = known_concept(known, concept)
    encoder = encoder_of(store, opened, what, preset)
    negative = what.phrase if preset == "negative_prompt" else ""
    began, shares, moved = time.perf_counter(), {}, []
    for group, prompts in prompts_for(bench, (what,), sizes).items():
        measured = measure(bench, opened.host(host), encoder, prompts, negative)
        shares[group] = measured.shares
        moved += measured.moved
    seconds = time.perf_counter() - began
    return {"concept": concept, "kind": what.kind.value, "preset": preset, "host": host, "seconds": seconds,
            "shares": shares, "moved": moved}  # fmt: skip


def work(given: argparse.Namespace) -> Iterator[Callable[[], None]]:
    """Every erasure and measurement that is still to be done, hosts last so that pictures are known first."""
    store, hosts = Store(given.out), given.hosts.split(",")
    columns = [(c, p) for c in given.concepts.split(",") for p in given.presets.split(",")]
    for concept, preset in columns:
        if preset not in BASELINES and not store.facts(concept, preset):
            yield lambda c=concept, p=preset: keep_erasure(store, c, p, given.seed)
    for host in hosts:
        count: int = given.stills if host == "still" else given.clips
        sizes: dict[str, int] = dict.fromkeys(GROUPS, count)
        for concept, preset in columns:
            failed = "failed" in store.facts(concept, preset)
            if not failed and not store.has(concept=concept, preset=preset, host=host):
                yield lambda c=concept, p=preset, h=host, s=sizes: store.add(row(store, c, p, h, s, given.seed))


def main() -> None:
    """Entry point of the benchmark."""
    parser = argparse.ArgumentParser(description="Measure erasures of many concepts by every preset.")
    parser.add_argument("--out", type=Path, default=Path("runs/erasures"))
    parser.add_argument("--concepts", default=",".join(CONCEPTS))
    parser.add_argument("--presets", default=",".join([*BASELINES, *(p.name for p in presets())]))
    parser.add_argument("--hosts", default="still,animatediff,text2video")
    parser.add_argument("--stills", type=int, default=20, help="pictures per concept and group")
    parser.add_argument("--clips", type=int, default=2, help="clips per concept and group")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    for task in work(given):
        began = time.perf_counter()
        task()
        print(f"{time.perf_counter() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main()
