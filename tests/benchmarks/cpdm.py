"""Write a CPDM benchmark of the starter world and measure how much an erased encoder still copies.

    python -m tests.benchmarks.cpdm --out runs/cpdm --concepts "Pipwick,Vello Harn" --preset guarded

An anchor is a picture that the original still host makes of a concept. Its prompt is then drawn with another seed by
the original and by the erased encoder; a picture that copies its anchor has a CM near 1. `--only-measure` reads a
folder that is already there, one from elsewhere included.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import nn

from core.cli.tables import number, table
from core.concepts import Concept, world
from core.evaluation.cpdm import Category, Picture, measure_benchmark, read_folder, write_benchmark
from core.evaluation.scorecard import Bench, generate
from core.jobs.spec import EraseSpec
from core.jobs.vocabulary import known_concept
from core.jobs.workshop import family, judge, motion_judge, moved_encoder
from core.prompts import Prompt, Purpose, Writer
from tests.benchmarks.erasures import erased


def erased_encoder(concept: str, preset: str, seed: int) -> nn.Module:
    """The encoder that an erasure of one concept by a preset ends with, from its Δ as it would be stored."""
    with tempfile.TemporaryDirectory() as folder:
        job, _ = erased(EraseSpec(concept, preset=preset, seed=seed), Path(folder))
    return moved_encoder(job.opened, job.half(), job.kept.strength)


def pictures(bench: Bench, encoder: nn.Module, prompts: list[Prompt], names: list[str]) -> dict[str, Picture]:
    """A picture for each prompt by the still host, by name."""
    frames = generate(bench, family("starter").host("still"), encoder, prompts)
    return dict(zip(names, frames[:, 0], strict=True))


def write_concept(folder: Path, concept: Concept, preset: str, count: int, seed: int) -> Category:
    """A category of one concept: anchors, and what the original and the erased encoder make of their prompts."""
    opened, known = family("starter"), world("starter")
    bench = Bench(judge("starter"), motion_judge("starter"), known, Purpose.FINAL, seed)
    writer = Writer(known, Purpose.FINAL, seed)
    prompts, later = writer.many((concept,), count), writer.many((concept,), count)
    again = [Prompt(p.text, p.concept, p.motion, q.seed) for p, q in zip(prompts, later, strict=True)]
    names = [f"{concept.name} {k:03}" for k in range(count)]
    anchors = pictures(bench, opened.encoder, prompts, names)
    encoders = {"original": opened.encoder, "erased": erased_encoder(concept.name, preset, seed)}
    made = {column: pictures(bench, encoder, again, names) for column, encoder in encoders.items()}
    texts = {name: p.text for name, p in zip(names, prompts, strict=True)}
    return write_benchmark(folder, f"{concept.kind.value} {concept.name}", anchors, texts, made)


def report_table(report: dict[str, Any]) -> str:
    """The metric by category and column."""
    rows = [("category", "column", "CM", "M_sem", "M_style")]
    for name, columns in report["categories"].items():
        rows += [(name, column, *(number(f[key]) for key in ("cm", "sem", "style"))) for column, f in columns.items()]
    return table(rows)


def main() -> None:
    """Entry point of the benchmark."""
    parser = argparse.ArgumentParser(description="Write and measure a CPDM benchmark of the starter world.")
    parser.add_argument("--out", type=Path, default=Path("runs/cpdm"), help="a folder that is not there yet")
    parser.add_argument("--concepts", default="Pipwick,Mara Quillon,umbrella,Vello Harn")
    parser.add_argument("--preset", default="guarded")
    parser.add_argument("--count", type=int, default=24, help="anchors per concept")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only-measure", action="store_true")
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    if not given.only_measure:
        for name in given.concepts.split(","):
            write_concept(given.out, known_concept(world("starter"), name), given.preset, given.count, given.seed)
    report = measure_benchmark(judge("starter"), read_folder(given.out))
    print(f"{report_table(report)}\n\nNormaliser {report['normaliser']:.4g}; features: {report['features']}.")


if __name__ == "__main__":
    main()
