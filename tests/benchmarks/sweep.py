"""How learning rate, length, images and trainable set steer an erasure, on validation stills of the starter.

    python -m tests.benchmarks.sweep --out runs/sweep --minutes 30
    python -m tests.benchmarks.curves runs/sweep

One factor is varied at a time around a default, and the learning rate together with the number of steps as a grid. A
run is judged at several of its steps, so the length costs no run of its own; for `guarded`, whose learning rate falls
over the run, an earlier step is one of a longer run and not the end of a shorter. Every judged step is a row of
`rows.json`, kept as soon as it is known: a stopped sweep goes on where it was.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers import CLIPTextModel

from core.concepts import Concept, Kind
from core.erasure import METHODS
from core.erasure.method import Subject, Target
from core.erasure.trainable import TrainableSet
from core.evaluation.scorecard import Bench, measure, prompts_for
from core.files import atomic_write_text
from core.generation.sample import Frames, sample_many
from core.jobs.pictures import latents_of
from core.jobs.vocabulary import known_concept, words
from core.jobs.workshop import family, judge, motion_judge
from core.prompts import Purpose, Writer
from core.starter.world import OBJECTS, draw, random_scene

Row = dict[str, Any]
CONCEPTS = ("Tizzel", "Mara Quillon", "umbrella", "Vello Harn")
GROUPS = {"direct": 12, "paraphrase": 12, "neighbours": 12, "unrelated": 12}
MOST_IMAGES = 16


@dataclass(frozen=True)
class Point:
    """One run: its method, what is varied, and the steps at which it is judged."""

    method: str
    learning_rate: float
    looks: tuple[int, ...]
    trainable: str = "mlp+final-attention"
    images: int = 4
    source: str = "generated"

    def settings(self) -> dict[str, Any]:
        """What the method is given; few_shot gets as many epochs as the last look needs."""
        given = {"learning_rate": self.learning_rate, "trainable": self.trainable, "images": self.images}
        last = max(self.looks)
        if self.method == "few_shot":
            return {**given, "epochs": math.ceil(last / math.ceil(self.images / 2))}
        return {**given, "steps": last}


DEFAULTS = {
    "few_shot": Point("few_shot", 3e-4, (4, 10, 40)),
    "guarded": Point("guarded", 1e-3, (10, 20, 40)),
}
"""The starter's presets; ten steps of few_shot are the published five epochs."""

RATES = {"few_shot": (1e-5, 1e-4, 1e-3, 3e-3), "guarded": (1e-4, 3e-4, 3e-3, 1e-2)}
FACTOR_LOOKS = {"few_shot": (10, 40), "guarded": (40,)}
FACTORS: dict[str, tuple[Any, ...]] = {
    "images": (1, 2, 8, MOST_IMAGES),
    "source": ("drawn",),
    "trainable": tuple(which.value for which in TrainableSet if which is not TrainableSet.MLP_FINAL_ATTENTION),
}


def points(method: str) -> Iterator[Point]:
    """The default, the other learning rates at every step of the default, then each other factor by itself."""
    default = DEFAULTS[method]
    yield default
    yield from (replace(default, learning_rate=rate) for rate in RATES[method])
    fewer = replace(default, looks=FACTOR_LOOKS[method])
    yield from (replace(fewer, **{name: value}) for name, values in FACTORS.items() for value in values)


@dataclass(frozen=True)
class Store:
    """The rows of a sweep, whole after every one."""

    path: Path

    @property
    def rows(self) -> list[Row]:
        """Every row so far."""
        return json.loads(self.path.read_text("utf-8")) if self.path.exists() else []

    def add(self, rows: Iterable[Row]) -> None:
        """Keep more rows."""
        atomic_write_text(self.path, json.dumps([*self.rows, *rows], indent=0))

    def has(self, concept: str, point: Point) -> bool:
        """Whether this run was judged to its end."""
        return any(row["concept"] == concept and is_of(row, point) for row in self.rows)


def facts(point: Point) -> dict[str, Any]:
    """What tells a run from others."""
    return {name: value for name, value in asdict(point).items() if name != "looks"}


def is_of(row: Row, point: Point) -> bool:
    """Whether a row is of this run."""
    return all(row[name] == value for name, value in facts(point).items())


@cache
def generated(concept: Concept) -> Frames:
    """Sixteen pictures that the still host makes, of which a run takes the first."""
    prompts = Writer(words("starter"), Purpose.TRAIN, 0).many((concept,), MOST_IMAGES)
    opened = family("starter")
    texts, seeds = [p.text for p in prompts], [p.seed for p in prompts]
    return sample_many(opened.host("still"), opened.encoder, texts, seeds)


@cache
def drawn(concept: Concept) -> Frames:
    """Sixteen pictures of the world itself, which stand for the photographs that a person would bring."""
    rng = np.random.default_rng(0)
    frames: list[Any] = []
    for _ in range(MOST_IMAGES):
        scene = random_scene(rng, "still", styled=0)
        if concept.kind is Kind.STYLE:
            scene = replace(scene, style=concept.name)
        else:
            colour = scene.colour or "red" if concept.name in OBJECTS else None
            scene = replace(scene, subject=concept.name, colour=colour)
        frames.append(draw(scene, family("starter").card.host("still").size))
    return np.stack(frames)[:, None]


def latents(concept: Concept, point: Point) -> Tensor:
    """Scaled latents of the run's pictures."""
    frames = (generated if point.source == "generated" else drawn)(concept)
    return latents_of(family("starter"), frames[: point.images], torch.Generator().manual_seed(0))


def subject_of(concept: Concept, point: Point) -> Subject:
    """The starter's encoder, ready to be moved."""
    opened = family("starter")
    return Subject(
        encoder=copy.deepcopy(opened.encoder),
        original=opened.encoder,
        start=opened.encoder,
        tokenizer=opened.tokenizer,
        unet=opened.unet,
        scheduler=opened.scheduler,
        targets=(Target(concept, latents(concept, point)),),
        world=words("starter"),
        generator=torch.Generator().manual_seed(0),
        seed=0,
    )


def shares(concept: Concept, encoder: CLIPTextModel) -> dict[str, list[float]]:
    """Per group and prompt whether the judge sees what was asked for, on validation prompts."""
    bench = Bench(judge("starter"), motion_judge("starter"), words("starter"), Purpose.VALIDATION)
    host = family("starter").host("still")
    groups = prompts_for(bench, (concept,), GROUPS)
    return {group: measure(bench, host, encoder, prompts).shares for group, prompts in groups.items()}


def run(concept: Concept, point: Point) -> Iterator[Row]:
    """The rows of one run; a run that loses its numbers ends there, with nothing seen and nothing kept."""
    subject = subject_of(concept, point)
    who = {"concept": concept.name, "kind": concept.kind.value, **facts(point)}
    for checkpoint in METHODS[point.method](subject, point.settings()):
        if not math.isfinite(checkpoint.loss):
            yield from (
                {**who, "step": look, "loss": None, "shares": {group: [0.0] * n for group, n in GROUPS.items()}}
                for look in point.looks
                if look >= checkpoint.step
            )
            return
        if checkpoint.step in point.looks:
            yield {**who, "step": checkpoint.step, "loss": checkpoint.loss, "shares": shares(concept, subject.encoder)}
        if checkpoint.step == max(point.looks):
            return


def original(concept: Concept) -> Row:
    """The row of the encoder before any erasure."""
    return {
        "concept": concept.name,
        "kind": concept.kind.value,
        **facts(Point("original", 0.0, (0,))),
        "step": 0,
        "loss": 0.0,
        "shares": shares(concept, family("starter").encoder),
    }


def sweep(store: Store, concepts: list[str], methods: list[str], until: float) -> None:
    """Run what is missing, every concept of a point before the next point, until the clock says enough."""
    for name in concepts:
        if not any(row["method"] == "original" and row["concept"] == name for row in store.rows):
            store.add([original(known_concept(words("starter"), name))])
    wanted = [point for pair in zip(*(points(method) for method in methods), strict=True) for point in pair]
    for point in wanted:
        for name in concepts:
            if time.monotonic() > until:
                return
            if not store.has(name, point):
                store.add(list(run(known_concept(words("starter"), name), point)))
                print(name, point, flush=True)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description="Sweep the settings of few_shot and guarded on validation stills.")
    parser.add_argument("--out", type=Path, default=Path("runs/sweep"))
    parser.add_argument("--concepts", default=",".join(CONCEPTS))
    parser.add_argument("--methods", default=",".join(DEFAULTS))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    given.out.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + 60 * given.minutes
    sweep(Store(given.out / "rows.json"), given.concepts.split(","), given.methods.split(","), until)


if __name__ == "__main__":
    main()
