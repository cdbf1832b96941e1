"""The job that says of each frame of clips how likely it shows a concept, and the same for clips just made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray

from core.concepts import Concept, Kind, World
from core.evaluation.judge import Judge
from core.jobs.checks import find_concept
from core.jobs.events import Emit
from core.jobs.reporting import Report
from core.jobs.spec import JudgeSpec
from core.jobs.vocabulary import words
from core.jobs.workshop import judge
from core.library.store import Library
from core.media.beside import keep_seen
from core.media.clip import read_clip

BATCH = 16
"""Frames that the judge looks at together."""


class Eye:
    """Says how likely a picture shows any of some concepts: 0 no, 1 yes."""

    def __init__(self, judging: Judge, known: World, concepts: Iterable[Concept]) -> None:
        self.judging, self.concepts = judging, tuple(concepts)
        kinds = {concept.kind is Kind.STYLE: concept.kind for concept in self.concepts}
        self.ballots = [judging.ballot(known, kind) for kind in kinds.values()]

    @property
    def title(self) -> str:
        """The concepts in words."""
        return ", ".join(concept.name for concept in self.concepts)

    def look(self, frames: NDArray[Any]) -> list[float]:
        """One probability for each of the frames (n, h, w, 3), to four places."""
        features, names = self.judging.picture_features(frames), {concept.name for concept in self.concepts}
        unseen = torch.ones(len(frames))
        for ballot in self.ballots:
            wanted = torch.tensor([name in names for name in ballot.names])
            unseen *= 1 - self.judging.probabilities(features, ballot)[:, wanted].sum(1)
        return [round(value, 4) for value in (1 - unseen).clamp(0, 1).tolist()]

    def remark(self, frames: NDArray[Any]) -> dict[str, Any]:
        """What a clip's metadata says of it: the `concept` that was looked for, its `kind`, and how likely each frame
        shows it.
        """
        return {"concept": self.title, "kind": self.concepts[0].kind.value, "seen": self.look(frames)}


def seeing(family: str, concepts: Iterable[Concept]) -> Eye:
    """The family's judge with an eye for these concepts."""
    wanted = tuple(concepts)
    return Eye(judge(family), words(family).knowing(*wanted), wanted)


def judge_clips(spec: JudgeSpec, emit: Emit, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Look at every frame of every clip; gives `frames`: the probabilities by path, and `concept`, `seconds`.

    What was found in a clip inside the library is kept beside it, so that it need not be looked at again.
    """
    report = Report(emit, cancelled, {"Open the model": 4.0, "Judge": 0.5 * len(spec.paths)})
    with report.stage("Open the model"):
        eye = seeing(spec.family, [find_concept(name, spec.family, spec.kind) for name in spec.concepts])
        root = Library(spec.library or None).root
    frames: dict[str, list[float]] = {}
    with report.stage("Judge"):
        for number, path in enumerate(spec.paths, 1):
            frames[path] = [value for part in _parts(path, report) for value in eye.look(part)]
            if Path(path).resolve().is_relative_to(root.resolve()):
                keep_seen(Path(path), eye.title, frames[path])
            report.progress(number, len(spec.paths))
    return {"concept": eye.title, "frames": frames, "seconds": report.seconds}


def _parts(path: str, report: Report) -> Iterator[NDArray[Any]]:
    """The frames of a clip, some at a time, hearing a cancel in between."""
    frames = read_clip(Path(path), tell=lambda _done, _total: report.check()).frames
    for start in range(0, len(frames), BATCH):
        report.check()
        yield frames[start : start + BATCH]
