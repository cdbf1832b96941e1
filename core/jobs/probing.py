"""The job that tries to bring a concept back from an entry, by words and by attacks, and keeps what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import nn

from core.concepts import Concept
from core.erasure.anchors import anchor_of
from core.evaluation.probes import ATTACKS
from core.evaluation.probes.asking import Answer, Pair, Tally, ask, own, writer_without, written
from core.evaluation.probes.question import Lab, Question, joined, open_prompts
from core.evaluation.scorecard import Bench
from core.generation.sample import Frames
from core.hardware.freeing import at_work
from core.hardware.plan import plan
from core.i18n import tr
from core.jobs import pictures
from core.jobs.estimate import LEARNING, OPENING, asking_seconds, search_seconds
from core.jobs.events import Emit
from core.jobs.generating import enlargement
from core.jobs.probe_list import OWN, ProbeCard, chosen_probes
from core.jobs.prompt_file import read_prompts
from core.jobs.reporting import Report
from core.jobs.resuming import comes_again, notes, workplace
from core.jobs.spec import ProbeSpec
from core.jobs.vocabulary import gone, words
from core.jobs.workshop import bench_of, entry_encoder, family, judge
from core.library.entry import require_manifest
from core.library.fitting import model_for
from core.library.store import Library
from core.media.clip import write_picture
from core.models.hosts import require_reach
from core.models.opened import Family
from core.prompts import Purpose

TARGETS = 8
"""Pictures of each concept that the attacks' searches read."""

_NOTES = {
    "foreign": tr("A model that never saw a misspelling may not read one: then both figures are low."),
    "latent_inversion": tr(
        "No text is read, so an erasure of the text encoder cannot close this way. Judged on pictures."
    ),
}


@dataclass
class Probing:
    """One run of the job; the probes that are done stand in `done`, and their pictures in `shown`."""

    spec: ProbeSpec
    report: Report
    folder: Path
    done: list[dict[str, Any]] = field(default_factory=lambda: notes().once("probes", list))
    shown: dict[str, Path] = field(default_factory=lambda: notes().once("examples", dict))

    def open(self) -> None:
        """Load the family, the entry's encoder and what it erases."""
        self.library = Library(self.spec.library or None)
        self.entry = self.library.get(self.spec.entry)
        self.manifest = require_manifest(self.entry)
        self.opened: Family = family(model_for(self.manifest).name)
        require_reach(self.opened, self.opened.card.host(self.spec.host))
        erased = entry_encoder(self.opened, self.library, self.entry, warn=self.report.warn)
        self.pair = Pair(self.opened.encoder, erased)
        self.concepts: tuple[Concept, ...] = gone(self.manifest)
        self.world = words(self.opened.card.name).knowing(*self.concepts)

    def probe(self, card: ProbeCard) -> None:
        """Run one probe and put it down, unless that is done."""
        if any(record["name"] == card.name for record in self.done):
            return
        began = time.perf_counter()
        self._count = self._total = 0
        questions = self._questions(card)
        host = self.opened.host(self.spec.host if card.text else "still")
        tally = ask(self.bench, host, self.pair, questions)
        seconds = time.perf_counter() - began
        self.done.append(self._record(card, questions, tally, seconds))
        self.report.metric(card.name, len(self.done), float(self.done[-1]["after"]["value"]))

    @cached_property
    def bench(self) -> Bench:
        """The judge and the final prompts; what it makes counts towards the stage's progress."""
        name, cancelled = self.opened.card.name, self.report.cancelled
        return bench_of(name, self.world, Purpose.FINAL, self.spec.seed, cancelled, self._advance)

    def _advance(self, count: int = 1) -> None:
        self._count += count
        self.report.progress(min(self._count, self._total), self._total)

    def _questions(self, card: ProbeCard) -> tuple[Question, Question]:
        """What the original encoder is asked, and what the erased one."""
        if card.attack:
            encoders = (self.pair.before,) if ATTACKS[card.name].blind else (self.pair.before, self.pair.after)
            self._total = len(encoders) * self.spec.budget + 2 * self.spec.pictures
            found = [self._attacked(card.name, encoder) for encoder in encoders]
            return found[0], found[-1]
        if card is OWN:
            asked = own(self.bench, self.concepts, read_prompts(Path(self.spec.prompts)))
        else:
            asked = written(self.bench, asked_about(self.concepts, card.name), card.name, self.spec.pictures)
        self._total = 2 * len(asked.texts)
        return asked, asked

    def _attacked(self, name: str, encoder: nn.Module) -> Question:
        """An attack on each concept, which share the pictures and the budget."""
        writer = writer_without(self.bench, self.concepts)
        shares = zip(self.concepts, self._parts(self.spec.pictures), self._parts(self.spec.budget), strict=True)
        opened = self.opened
        parts = (opened.denoiser, opened.encoder, encoder, opened.vae)
        with at_work(parts, opened.device, alone=plan().sparing):
            questions = [
                ATTACKS[name].search(self._lab(concept, budget), encoder, open_prompts(writer, concept, count))
                for concept, count, budget in shares
                if count
            ]
        return joined(questions)

    def _parts(self, total: int) -> list[int]:
        """The total in as many whole parts as there are concepts."""
        count = len(self.concepts)
        return [total * (k + 1) // count - total * k // count for k in range(count)]

    def _lab(self, concept: Concept, budget: int) -> Lab:
        frames, latents = self.targets[concept.name]
        return Lab(
            self.opened,
            self.world,
            concept,
            anchor_of(self.opened.encoder, self.opened.tokenizer, self.world, concept),
            frames,
            latents,
            budget,
            self.spec.seed,
            self._advance,
        )

    def picture(self, cards: Iterable[ProbeCard]) -> None:
        """Make the pictures of each concept that attacks read: by the original encoder, from training prompts."""
        count = self.spec.pictures if any(not card.text for card in cards) else TARGETS
        self.targets = {concept.name: self._target(concept, max(count, TARGETS)) for concept in self.concepts}

    def _target(self, concept: Concept, count: int) -> tuple[Frames, torch.Tensor]:
        """Those of `count` pictures in which the judge sees the concept, and their latents.

        LacunaError if in none, unless it was erased against that advice: then all of them count.
        """
        eye, made = judge(self.opened.card.name), pictures.generated
        frames = made(self.opened, self.world, concept, count, self.spec.seed, self.report)
        warn = self.report.warn if self.manifest.recipe.get("anyway") is True else None
        pictures.refuse_unknown(eye, self.world, concept, frames, warn)
        names = eye.name_pictures(frames[:, 0], eye.ballot(self.world, concept.kind))
        if concept.name in names:
            frames = frames[[name == concept.name for name in names]]
        return frames, pictures.latents_of(self.opened, frames, torch.Generator().manual_seed(self.spec.seed))

    def _record(
        self, card: ProbeCard, questions: tuple[Question, Question], tally: Tally, seconds: float
    ) -> dict[str, Any]:
        """The probe's part of the report."""
        examples = [self._example(f"{card.name}-{k}", answer) for k, answer in enumerate(tally.examples, 1)]
        first = tally.examples[0]
        self.report.preview(first.after[None, None], f"{card.title}: {first.text}" if first.text else card.title)
        notes = [_NOTES.get(card.name, ""), _found(*(question.note for question in questions))]
        return {
            "name": card.name,
            "title": card.title,
            "attack": card.attack,
            "text": card.text,
            "note": " ".join(filter(None, notes)),
            "before": tally.figure(tally.before),
            "after": tally.figure(tally.after),
            "seconds": round(seconds, 2),
            "budget": card.effort(self.spec.budget),
            "examples": examples,
        }

    def _example(self, stem: str, answer: Answer) -> dict[str, Any]:
        files = {"before": answer.before, "after": answer.after}
        for column, picture in files.items():
            name = f"{stem}-{column}.png"
            about = {"prompt": answer.text, "seed": answer.seed, "encoder": column}
            self.shown[name] = write_picture(self.folder / name, picture, about, enlargement(len(picture)))
        return {
            "prompt": answer.text,
            "seed": answer.seed,
            **{column: f"{stem}-{column}.png" for column in files},
            "seen_before": answer.seen_before,
            "seen_after": answer.seen_after,
        }

    def keep(self, complete: bool) -> dict[str, Any]:
        """Keep the report with the entry; gives the job's result."""
        data = {
            "entry": self.entry.id,
            "concept": self.manifest.concept,
            "concepts": list(self.manifest.gone),
            "family": self.opened.card.name,
            "host": self.spec.host,
            "seed": self.spec.seed,
            "judge": judge(self.opened.card.name).name,
            "complete": complete,
            "seconds": round(sum(probe["seconds"] for probe in self.done), 2),
            "pictures": self.spec.pictures,
            "budget": self.spec.budget,
            "probes": self.done,
        }
        path = self.library.add_report(self.entry.id, data, self.shown).reports[0]
        return {"entry": self.entry.id, "path": str(path), "report": {"schema": 1, "id": path.parent.name, **data}}

    def keep_part(self) -> None:
        """Keep what is done of a job that ends early."""
        if self.done:
            path = Path(self.keep(complete=False)["path"])
            self.report.log(
                tr("The {count} probes that were done are kept in {parent}.", count=len(self.done), parent=path.parent),
                "warning",
            )


def asked_about(concepts: tuple[Concept, ...], group: str) -> tuple[Concept, ...]:
    """Those of the concepts that a probe has words for: a name alone has no synonym and no description."""
    having = {"paraphrase": lambda c: bool(c.synonyms), "implicit": lambda c: bool(c.descriptions)}
    return tuple(filter(having.get(group), concepts)) if group in having else concepts


def _found(before: str, after: str) -> str:
    """What the searches came to, in words."""
    if not after:
        return ""
    if before == after:
        return tr("Found: {words}.", words=after)
    return tr("Found against the original: {before}; erased: {after}.", before=before, after=after)


def _weights(spec: ProbeSpec, cards: Iterable[ProbeCard]) -> dict[str, float]:
    """Stages and their expected seconds on two CPU cores."""
    clips, pictured = spec.host != "still", any(card.attack for card in cards)
    stages = {
        card.title: asking_seconds(spec.pictures, clips=clips and card.text) + search_seconds(card.name, spec.budget)
        for card in cards
    }
    return {"Open the model": OPENING, **({_PICTURES: LEARNING} if pictured else {}), **stages, "Keep": 0.2}


_PICTURES = "Make the pictures"


def probe(spec: ProbeSpec, emit: Emit, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Probe the entry; gives its id, the report and where it is kept. What was done before a cancel is kept as well."""
    cards = chosen_probes(spec.probes, spec.prompts)
    report = Report(emit, cancelled, _weights(spec, cards))
    with workplace() as folder:
        job = Probing(spec, report, folder)
        with report.stage("Open the model"):
            job.open()
        try:
            _run(job, cards)
            with report.stage("Keep"):
                return job.keep(complete=True)
        except Exception as error:
            if not comes_again(error):
                job.keep_part()
            raise


def _run(job: Probing, cards: tuple[ProbeCard, ...]) -> None:
    if any(card.attack for card in cards):
        with job.report.stage(_PICTURES):
            job.picture(cards)
    for card in cards:
        with job.report.stage(card.title):
            if asked_about(job.concepts, card.name):
                job.probe(card)
            else:
                job.report.log(tr("“{title}” is left out: no such words of the concept are known.", title=card.title))
