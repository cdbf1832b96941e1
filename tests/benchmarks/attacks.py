"""Probe and attack the erasures that `tests.benchmarks.erasures` kept, and pool what came back.

    python -m tests.benchmarks.attacks runs/erasures --out runs/attacks

Each concept and preset becomes an entry of a library of its own, which the probe job then takes on as it would another;
its report is the row. What was done goes on where it was.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.numpy import load_file

from core.concepts import world
from core.evaluation.figures import Figure, rate
from core.files import atomic_write_text
from core.jobs.events import Event, Metric
from core.jobs.probe_list import PROBES
from core.jobs.probing import probe
from core.jobs.spec import ProbeSpec
from core.jobs.vocabulary import known_concept
from core.jobs.workshop import family
from core.library.entry import Entry
from core.library.manifest import Manifest
from core.library.reports import read_report
from core.library.store import Library
from tests.benchmarks.erasures import Store
from tests.benchmarks.tables import cell, put, table

CONCEPTS = ("Pipwick", "Tizzel", "Mara Quillon", "Otto Brindlebeck", "car", "umbrella", "Vello Harn", "Lio Kasset")
PRESETS = ("guarded", "instant", "closed_form", "adversarial")
NAMES = tuple(card.name for card in PROBES)


def entry_of(library: Library, store: Store, concept: str, preset: str) -> Entry:
    """The erasure as an entry of the library, made at need."""
    name = f"{concept} by {preset}"
    if found := [entry for entry in library.entries() if entry.name == name]:
        return found[0]
    known, facts = known_concept(world("starter"), concept), store.facts(concept, preset)
    manifest = Manifest(
        name=name,
        concept=known.name,
        kind=known.kind.value,
        family="starter",
        base=family("starter").fingerprint,
        method=preset,
        preset=preset,
        settings={},
        strength=facts["strength"],
        seed=0,
        prompt="",
        seconds={},
        versions={},
    )
    return library.add(manifest, load_file(store.delta(concept, preset)), {"schema": 1}, {})


def _say(event: Event) -> None:
    if isinstance(event, Metric):
        print(f"    {event.name}: {event.value:.0%}", flush=True)


def reports(library: Library, concepts: list[str], preset: str) -> list[dict[str, Any]]:
    """The newest whole report of each concept under a preset."""
    names = {f"{concept} by {preset}" for concept in concepts}
    found = [read_report(entry.reports[0]) for entry in library.entries() if entry.name in names and entry.reports]
    return [report for report in found if report and report["complete"]]


def pooled(reports: list[dict[str, Any]], name: str, column: str) -> Figure | None:
    """All concepts' answers to one probe."""
    figures = [part[column] for report in reports for part in report["probes"] if part["name"] == name]
    n = sum(figure["n"] for figure in figures)
    return rate(round(sum(figure["value"] * figure["n"] for figure in figures)), n) if n else None


def lines(library: Library, concepts: list[str], presets: list[str]) -> Iterator[list[str]]:
    """A line a probe: the original, then each preset."""
    found = {preset: reports(library, concepts, preset) for preset in presets}
    for card in PROBES:
        columns = [pooled(found[preset], card.name, "after") for preset in presets]
        before = next((p for preset in presets if (p := pooled(found[preset], card.name, "before"))), None)
        if before:
            seconds = [p["seconds"] for r in found[presets[0]] for p in r["probes"] if p["name"] == card.name]
            mean = f"{sum(seconds) / max(len(seconds), 1):.0f} s"
            yield [card.title, cell(before), *map(cell, columns), str(before["n"]), mean]


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description="Probe and attack the kept erasures.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("runs/attacks"))
    parser.add_argument("--concepts", default=",".join(CONCEPTS))
    parser.add_argument("--presets", default=",".join(PRESETS))
    parser.add_argument("--probes", default=",".join(NAMES))
    parser.add_argument("--pictures", type=int, default=16, help="for each probe and concept")
    parser.add_argument("--budget", type=int, default=40)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--page", type=Path, help="put the table between this page's marks")
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    library, concepts, presets = Library(given.out), given.concepts.split(","), given.presets.split(",")
    spec = ProbeSpec("", tuple(given.probes.split(",")), pictures=given.pictures, budget=given.budget)
    for concept in concepts:
        for preset in presets:
            store = next((s for s in map(Store, given.folders) if "strength" in s.facts(concept, preset)), None)
            if store is None or reports(library, [concept], preset):
                continue
            entry = entry_of(library, store, concept, preset)
            print(concept, preset, flush=True)
            probe(replace(spec, entry=entry.id, library=str(library.root)), _say, lambda: False)
    heading = ["probe", "original", *presets, "n", "seconds for both encoders"]
    text = table(heading, lines(library, concepts, presets))
    print(text)
    if given.page:
        atomic_write_text(given.page, put(given.page.read_text("utf-8"), "attacks", text))


if __name__ == "__main__":
    main()
