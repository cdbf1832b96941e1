"""The main job: pictures, a clip before, the erasure under the judge's eye, a clip after, the scorecard, keeping."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from core.concepts import Concept, World
from core.erasure import METHODS, SETTINGS, leads, takes_pictures
from core.erasure.anchors import nearest
from core.erasure.method import Checkpoint, Subject, Target, read_settings
from core.erasure.trainable import Delta, delta_between, is_storable, parameters_of
from core.erasure.words import Words
from core.errors import InputError
from core.evaluation.scorecard import FULL, QUICK, card_part
from core.generation.sample import Sampling, pixels, sample
from core.hardware.freeing import at_work, forgetful
from core.hardware.memory import peak_memory, reserved_memory
from core.hardware.pace import tick
from core.hardware.plan import plan
from core.i18n import number, percent, tr
from core.jobs import pictures, timings
from core.jobs.checks import find_concept
from core.jobs.choosing import STRENGTHS, Candidate, Chooser, Verdict
from core.jobs.estimate import stage_seconds
from core.jobs.events import Emit
from core.jobs.filming import Reel, Take
from core.jobs.judging import seeing
from core.jobs.keeping import encoder_label, halved, versions
from core.jobs.parts import stack_name
from core.jobs.recipe import remembered
from core.jobs.reporting import Report
from core.jobs.resuming import Mark, notes, workplace
from core.jobs.scoring import measured_hosts, score_all
from core.jobs.spec import EraseSpec
from core.jobs.validate import named_in
from core.jobs.vocabulary import added, gone, words
from core.jobs.workshop import bench_of, entry_encoder, family, judge, moved_encoder
from core.library.manifest import Manifest
from core.library.store import Library
from core.models.hosts import require_reach
from core.models.opened import Family
from core.presets import Preset, preset
from core.prompts import Purpose

LOOKS = 4
"""How many checkpoints of one erasure are judged at most."""
NEIGHBOURS = 6
"""How many of its kind are held for a concept that lists no neighbours: the nearest."""


@dataclass
class Erasure:
    """One run of the main job; every stage reads what the stages before it left here."""

    spec: EraseSpec
    report: Report
    folder: Path

    def open(self) -> None:
        """Load the family and find the concept."""
        self.opened: Family = family(self.spec.family)
        self.listed: World = words(self.spec.family)
        self.library = Library(self.spec.library or None)
        self.preset: Preset = preset(self.spec.preset)
        first, *also = map(self._placed, named_in(self.spec))
        anchor = self.spec.anchor or first.anchor
        near = tuple(dict.fromkeys((*self.spec.protect, *first.neighbours)))
        named = first.with_synonyms(self.spec.synonyms)
        self.going: tuple[Concept, ...] = (replace(named, anchor=anchor, neighbours=near), *also)
        self.settings = {**self.preset.settings_for(first.kind), **self.spec.settings}
        read_settings(SETTINGS[self.preset.method], self.settings)
        self._begin()

    def _placed(self, concept: Concept) -> Concept:
        """The concept with its neighbours: those it lists, or those of its kind that the encoder has nearest to it."""
        if concept.neighbours:
            return concept
        near = nearest(
            self.opened.encoder,
            self.opened.tokenizer,
            self.listed,
            concept,
            [other for other in self.listed.of_kind(concept.kind) if other.name not in self.spec.also],
            NEIGHBOURS,
        )
        return replace(concept, neighbours=tuple(other.name for other in near))

    def _begin(self) -> None:
        """Where the erasure starts from, every concept that is gone at its end, and the words it all happens in."""
        self.start: nn.Module = self.opened.encoder
        earlier: tuple[Concept, ...] = ()
        if self.spec.start:
            entry = self.library.get(self.spec.start)
            self.start = entry_encoder(self.opened, self.library, entry, warn=self.report.warn)
            earlier = gone(entry.manifest) if entry.manifest else ()
        self.concepts = tuple({c.name: c for c in (*earlier, *self.going)}.values())
        held = (find_concept(name, self.spec.family, self.going[0].kind) for name in self.spec.protect)
        self.world: World = self.listed.knowing(*self.concepts, *held)
        self.shown = measured_hosts(self.opened.card, self.spec.host)
        for name in self.shown:
            require_reach(self.opened, self.opened.card.host(name))

    @property
    def _films(self) -> list[str]:
        """The hosts that show what comes before and after: pictures where nothing makes clips."""
        return [name for name in self.shown if name != "still"] or ["still"]

    @property
    def negative(self) -> str:
        """The negative prompt of the column that changes no weights."""
        return ", ".join(concept.phrase for concept in self.concepts)

    @property
    def title(self) -> str:
        """Everything that is gone, in words."""
        return ", ".join(concept.name for concept in self.concepts)

    @property
    def name(self) -> str:
        """What the entry is called: all that is gone, or as much as a name may hold."""
        return stack_name([concept.name for concept in self.concepts])

    def picture(self) -> None:
        """Make or read the pictures the erasure learns from."""
        self.generator = torch.Generator().manual_seed(self.spec.seed)
        made, state = notes().once(f"pictures at {plan().scale}", self._pictures)
        self.generator.set_state(state)
        pairs = zip(self.going, made, strict=True)
        self.targets = tuple(Target(concept, latents.to(self.opened.device)) for concept, latents in pairs)

    def _pictures(self) -> tuple[list[Tensor], Tensor]:
        """Latents of every concept's pictures, on the CPU, and how the generator stands after them."""
        return [self._latents(concept).cpu() for concept in self.going], self.generator.get_state()

    def _latents(self, concept: Concept) -> Tensor:
        """Latents of a concept's pictures, none for a method that takes none.

        Without pictures nobody looks whether the model knows the concept: the clip before shows what it makes of it.
        """
        if not takes_pictures(self.preset.method):
            if self.spec.images:
                self.report.log(
                    tr("“{title}” needs no pictures: yours were not read.", title=self.preset.title), "warning"
                )
            return torch.empty(0)
        if self.spec.images:
            frames = pictures.own(self.spec.images, *pixels(self.opened.host("still")))
        else:
            count = int(self.settings.get("images", 4))
            frames = pictures.generated(self.opened, self.world, concept, count, self.spec.seed, self.report)
            warn = self.report.warn if self.spec.anyway else None
            pictures.refuse_unknown(judge(self.spec.family), self.world, concept, frames, warn)
        self.report.preview(frames, tr("{name}, as the model draws it", name=concept.name))
        return pictures.latents_of(self.opened, frames, self.generator)

    def _encoder_label(self) -> str:
        return encoder_label(f"{self.title} erased by {self.preset.name}", self.kept.strength, self.half())

    def before(self) -> None:
        """The clips of the original encoder, without and with a negative prompt."""
        spec, original = self.spec, self.opened.encoder
        eye = seeing(self.opened.card.name, self.concepts)
        clips, thumbnails = notes().once(f"clips at {plan().scale}", lambda: ({}, []))
        self.reel = Reel(
            self.opened, spec.prompt, spec.seed, spec.host, self.folder, self.report, eye, clips, thumbnails
        )
        self.reel.film({"before": Take(original), "negative": Take(original, negative=self.negative)}, self._films)

    def erase(self) -> None:
        """Run the method; judge its checkpoints, then the strength of the best."""
        subject = self._resumed(self._subject())
        learning = (self.opened.unet, subject.encoder, subject.original, subject.start)
        with (
            at_work(learning, self.opened.device, alone=plan().sparing),
            forgetful(subject.encoder, plan().checkpointing),
        ):
            self._tell_anchors(subject)
            self._choose()
            self._descend(subject, parameters_of(self.opened.encoder))
            if self.preset.choose:
                self._strengthen()

    def _subject(self) -> Subject:
        return Subject(
            encoder=copy.deepcopy(self.start),
            original=self.opened.encoder,
            start=self.start,
            tokenizer=self.opened.tokenizer,
            unet=self.opened.denoiser,
            scheduler=self.opened.scheduler,
            targets=self.targets,
            world=self.world,
            generator=self.generator,
            seed=self.spec.seed,
        )

    def _resumed(self, subject: Subject) -> Subject:
        """The erasure as it was when it was last judged, if an attempt came that far."""
        mark = notes().get("mark", Mark)
        if mark is None:
            return subject
        self.report.log(tr("The erasure goes on after step {step}.", step=mark.step))
        return replace(subject, encoder=moved_encoder(self.opened, mark.delta, 1.0), first=mark.step + 1)

    def _choose(self) -> None:
        """Who judges the checkpoints, with what was judged already."""
        spec, said = self.spec, notes()
        bench = bench_of(spec.family, self.world, Purpose.VALIDATION, spec.seed, self.report.cancelled)
        self.chooser = Chooser(
            bench,
            self.opened.host("still"),
            self.concepts,
            self.opened.encoder,
            best=said.get("best", Candidate),
            judged=said.once("judged", dict),
            before=said.get("seen before", float) or 0.0,
        )
        said.put("seen before", self.chooser.before)

    def _consider(self, encoder: nn.Module, delta: Delta, step: int, strength: float = 1.0) -> Verdict:
        """Judge a candidate, and note where the erasure stands."""
        verdict = self.chooser.consider(encoder, delta, step, strength)
        notes().put("best", self.chooser.best)
        notes().put("mark", Mark(step, delta))
        return verdict

    def _tell_anchors(self, subject: Subject) -> None:
        if leads(self.preset.method, self.settings):
            for name, anchor in Words(subject).anchors.items():
                self.report.log(tr("{name} is led to {anchor}", name=name, anchor=anchor))

    def _descend(self, subject: Subject, base: dict[str, Tensor]) -> None:
        for checkpoint in METHODS[self.preset.method](subject, self.settings):
            if not math.isfinite(checkpoint.loss):
                return self._ran_away(checkpoint)
            tick("learning")
            self.report.metric("loss", checkpoint.step, checkpoint.loss)
            self.report.progress(checkpoint.step, checkpoint.steps)
            last = checkpoint.step == checkpoint.steps
            if last or (self.preset.choose and checkpoint.step % math.ceil(checkpoint.steps / LOOKS) == 0):
                delta = delta_between(parameters_of(subject.encoder), base)
                if not is_storable(delta):
                    return self._ran_away(checkpoint)
                verdict = self._consider(subject.encoder, delta, checkpoint.step)
                self._look(subject.encoder, verdict, checkpoint.step)
        return None

    def _ran_away(self, checkpoint: Checkpoint) -> None:
        """Say that the best checkpoint so far is kept; InputError where none was judged by then."""
        what, fix = tr("The erasure ran away at step {step}.", step=checkpoint.step), tr("Use a smaller learning rate.")
        if self.chooser.best is None:
            raise InputError(what, tr("Its numbers have grown beyond what an encoder can hold."), fix)
        self.report.log(
            " ".join((what, tr("The checkpoint of step {step} is kept.", step=self.kept.step), fix)),
            "warning",
        )

    def _look(self, encoder: nn.Module, verdict: Verdict, step: int) -> None:
        """Tell what the judge saw, and show what the prompt gives by now."""
        still, now = self.opened.host("still"), Sampling(steps=8)
        frames = sample(still, encoder, [self.spec.prompt], [self.spec.seed], now, cancelled=self.report.cancelled)
        self.report.preview(frames, tr("after step {step}: {prompt}", step=step, prompt=self.spec.prompt))
        self.report.metric("seen", step, verdict.seen)
        self.report.metric("kept", step, verdict.kept)
        self.report.log(
            tr(
                "step {step}: seen {seen}, kept {kept} on validation prompts",
                step=step,
                seen=percent(verdict.seen),
                kept=percent(verdict.kept),
            )
        )

    def _strengthen(self) -> None:
        best = self.kept
        for strength in STRENGTHS:
            if self.kept.verdict.cost == 0:
                return
            moved = moved_encoder(self.opened, best.delta, strength)
            verdict = self.chooser.consider(moved, best.delta, best.step, strength)
            notes().put("best", self.chooser.best)
            self.report.log(
                tr(
                    "strength {strength}: seen {seen}, kept {kept}",
                    strength=number(strength, "g"),
                    seen=percent(verdict.seen),
                    kept=percent(verdict.kept),
                )
            )

    @property
    def kept(self) -> Candidate:
        """The chosen checkpoint and strength."""
        if self.chooser.best is None:
            raise InputError(tr("The method made no step."), fix=tr("Give it at least one epoch or step."))
        return self.chooser.best

    def after(self) -> None:
        """The clips of the erased encoder, read from Δ as it will be stored."""
        self.erased = moved_encoder(self.opened, self.half(), self.kept.strength)
        self.reel.film({"after": Take(self.erased, self._encoder_label())}, self._films)

    def score(self) -> dict[str, Any]:
        """The scorecard, without seconds."""
        sizes = QUICK if self.spec.quick else FULL
        hosts = score_all(self.opened, self.erased, self.concepts, sizes, self.spec.seed, self.report, self.shown)
        return {
            "schema": 1,
            "concept": self.title,
            "concepts": [concept.name for concept in self.concepts],
            "kind": self.going[0].kind.value,
            "family": self.spec.family,
            "base": self.opened.fingerprint,
            "applied_to": self.opened.fingerprint,
            "method": self.preset.method,
            "preset": self.preset.name,
            "settings": self.settings,
            "seed": self.spec.seed,
            "judge": judge(self.spec.family).name,
            "quick": self.spec.quick,
            "strength": self.kept.strength,
            "step": self.kept.step,
            **card_part(hosts, judge(self.spec.family)),
            "peak_memory_bytes": peak_memory(),
            "peak_reserved_bytes": reserved_memory(),
            "plan": asdict(plan()),
            "artifact_bytes": int(sum(d.nbytes for d in self.half().values())),
        }

    def half(self) -> Delta:
        """Δ as it is stored, float16."""
        return halved(self.kept.delta)

    def keep(self, card: dict[str, Any]) -> dict[str, Any]:
        """Put everything into the library; gives the result's data."""
        seconds = {name: round(value, 2) for name, value in self.report.seconds.items()}
        card["seconds"] = {
            "generation": sum(seconds[n] for n in seconds if n.startswith("Make")),
            "erasure": seconds["Erase"],
            "evaluation": seconds["Judge"],
        }
        entry = self.library.add(self._manifest(seconds), self.half(), card, self.reel.previews())
        shown = {column: str(entry.previews[f"{column}-{self.spec.host}"]) for column in ("before", "after")}
        return {"entry": entry.id, "folder": str(entry.folder), **shown, "scorecard": card, "seconds": seconds}

    def _manifest(self, seconds: dict[str, float]) -> Manifest:
        return Manifest(
            name=self.name,
            concept=self.title,
            concepts=tuple(concept.name for concept in self.concepts),
            start=self.library.get(self.spec.start).id if self.spec.start else "",
            kind=self.going[0].kind.value,
            family=self.spec.family,
            encoder_family=self.opened.card.family,
            base=self.opened.fingerprint,
            method=self.preset.method,
            preset=self.preset.name,
            settings=self.settings,
            strength=self.kept.strength,
            seed=self.spec.seed,
            prompt=self.spec.prompt,
            seconds=seconds,
            versions=versions(),
            recipe=remembered(self.spec) | added(self.listed, self.concepts),
        )


def erase(spec: EraseSpec, emit: Emit, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Do the main job; gives entry, folder, before, after, scorecard and seconds."""
    weights = stage_seconds(spec)
    report = Report(emit, cancelled, weights)
    with workplace() as folder:
        job = Erasure(spec, report, folder)
        steps = (job.open, job.picture, job.before, job.erase, job.after)
        for name, step in zip(weights, steps, strict=False):
            with report.stage(name):
                step()
        with report.stage("Judge"):
            card = job.score()
        with report.stage("Keep"):
            done = job.keep(card)
    if not job.opened.card.bundled:
        timings.remember(spec, report.seconds)
    return done
