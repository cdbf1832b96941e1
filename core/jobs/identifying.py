"""The job that finds out which concepts the model knows, so that nobody erases what is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from core.evaluation.knowledge import Knowledge, knowledge_of, pictures_of, ranked
from core.evaluation.scorecard import Bench
from core.jobs.checks import find_concept
from core.jobs.estimate import STILL
from core.jobs.events import Emit
from core.jobs.reporting import Report
from core.jobs.spec import IdentifySpec
from core.jobs.vocabulary import known_concept, words
from core.jobs.workshop import bench_of, family
from core.library.knowledge import keep_knowledge, require_keepable
from core.library.store import Library
from core.models.opened import Family
from core.prompts import Purpose


def _bench(spec: IdentifySpec, report: Report) -> Bench:
    """The judge of pictures, telling progress over the pictures of every concept."""
    total, done = spec.pictures * len(spec.concepts), 0

    def on_done(count: int) -> None:
        nonlocal done
        done += count
        report.progress(done, total)

    asked = (find_concept(name, spec.family, spec.kind) for name in spec.concepts)
    known = words(spec.family).knowing(*asked)
    return bench_of(spec.family, known, Purpose.VALIDATION, spec.seed, report.cancelled, on_done)


def _look(spec: IdentifySpec, opened: Family, report: Report) -> Iterator[Knowledge]:
    """Concept by concept: a picture to see, and how often the judge names it as a metric under the concept's name."""
    bench, still = _bench(spec, report), opened.host("still")
    for index, name in enumerate(spec.concepts, 1):
        concept = known_concept(bench.world, name)
        frames = pictures_of(bench, still, opened.encoder, concept, spec.pictures)
        found = knowledge_of(bench, concept, frames)
        report.preview(frames, f"{name}: {found.verdict.word}")
        report.metric(name, index, float(found.rate["value"]))
        yield found


def identify(spec: IdentifySpec, emit: Emit, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Look at pictures of each concept; gives `concepts`, the best known first, the `file` they are kept in, `seconds`.

    What was found before about other concepts stays in the file; a cancelled scan keeps nothing.
    """
    expected = STILL * spec.pictures * len(spec.concepts)
    report = Report(emit, cancelled, {"Open the model": 4.0, "Look": expected})
    with report.stage("Open the model"):
        opened = family(spec.family)
        library = Library(spec.library or None)
        require_keepable(library.root, spec.family)
    with report.stage("Look"):
        found = [knowledge.to_dict() for knowledge in ranked(list(_look(spec, opened, report)))]
    kept = [{**known, "seed": spec.seed} for known in found]
    path = keep_knowledge(library.root, spec.family, opened.fingerprint, kept)
    return {"concepts": found, "file": str(path), "seconds": report.seconds}
