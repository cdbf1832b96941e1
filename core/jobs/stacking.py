"""The job that puts several entries into one, shows it before and after, measures it, and keeps it as a new entry."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.erasure.stacking import combine
from core.erasure.trainable import is_storable
from core.errors import InputError
from core.evaluation.scorecard import FULL, QUICK, card_part
from core.hardware.memory import peak_memory
from core.i18n import tr
from core.jobs.estimate import CARDS
from core.jobs.events import Emit
from core.jobs.filming import Reel, Take
from core.jobs.judging import seeing
from core.jobs.keeping import encoder_label, halved, versions
from core.jobs.parts import METHOD, Part, settings_of
from core.jobs.reporting import Report
from core.jobs.scoring import measured_hosts, score_all
from core.jobs.spec import StackSpec
from core.jobs.vocabulary import added, gone, words
from core.jobs.workshop import family, fit_of, judge, moved_encoder
from core.library.entry import require_manifest
from core.library.fitting import model_for
from core.library.manifest import Fit, Manifest, transfer_note
from core.library.store import Library

WEIGHTS = {"Open the entries": 4.0, "Stack": 1.0, "Make the clips": 8.0, "Judge": 30.0, "Keep": 0.5}
"""Stages and their expected seconds on two CPU cores."""


@dataclass
class Stacking:
    """One stack in the making; every stage reads what the stages before it left here."""

    spec: StackSpec
    report: Report
    folder: Path

    def open(self) -> None:
        """Find the entries and open the family they were made for."""
        self.library = Library(self.spec.library or None)
        self.entries = [self.library.get(name) for name in self.spec.entries]
        self.manifests = [require_manifest(entry) for entry in self.entries]
        self.opened = family(model_for(self.manifests[0]).name)
        for manifest in self.manifests:
            if fit_of(manifest, self.opened) is Fit.TRANSFER:
                self.report.warn(transfer_note(manifest, self.opened.card.title))
        self.concepts = tuple({c.name: c for manifest in self.manifests for c in gone(manifest)}.values())
        pairs = zip(self.entries, self.spec.strengths, strict=True)
        self.settings = settings_of(self.spec.how, [Part(entry.id, entry.name, s) for entry, s in pairs])

    def stack(self) -> None:
        """Put the changes together, each at its own strength, as they will be stored."""
        deltas = [self.library.load_delta(entry.id) for entry in self.entries]
        combined = combine(deltas, self.spec.strengths, self.spec.how, self.report.check)
        if not is_storable(combined):
            why = tr("Its numbers have grown beyond what an encoder can hold.")
            raise InputError(tr("These entries cannot be stacked."), why, tr("Use smaller strengths."))
        self.delta = halved(combined)
        self.erased = moved_encoder(self.opened, self.delta, 1.0)

    def film(self) -> None:
        """The shown clip of the original encoder and of the stack."""
        spec = self.spec
        made = f"{', '.join(manifest.name for manifest in self.manifests)} stacked by {spec.how}"
        eye = seeing(self.opened.card.name, self.concepts)
        self.reel = Reel(self.opened, spec.prompt, spec.seed, spec.host, self.folder, self.report, eye)
        takes = {"before": Take(self.opened.encoder), "after": Take(self.erased, encoder_label(made, 1.0, self.delta))}
        self.reel.film(takes, [spec.host])

    def score(self) -> dict[str, Any]:
        """The scorecard over everything that is gone, without seconds."""
        sizes = QUICK if self.spec.quick else FULL
        names = measured_hosts(self.opened.card, self.spec.host)
        hosts = score_all(self.opened, self.erased, self.concepts, sizes, self.spec.seed, self.report, names)
        return self._facts() | card_part(hosts, judge(self.opened.card.name))

    def _facts(self) -> dict[str, Any]:
        name = self.opened.card.name
        return {
            "schema": 1,
            "concept": ", ".join(concept.name for concept in self.concepts),
            "concepts": [concept.name for concept in self.concepts],
            "kind": self.manifests[0].kind,
            "family": name,
            "base": self.manifests[0].base,
            "applied_to": self.opened.fingerprint,
            "method": METHOD,
            "preset": "",
            "settings": self.settings,
            "seed": self.spec.seed,
            "judge": judge(name).name,
            "quick": self.spec.quick,
            "strength": 1.0,
            "peak_memory_bytes": peak_memory(),
            "artifact_bytes": int(sum(value.nbytes for value in self.delta.values())),
        }

    def keep(self, card: dict[str, Any]) -> dict[str, Any]:
        """Put the stack into the library; gives the result's data."""
        seconds = {name: round(value, 2) for name, value in self.report.seconds.items()}
        parts = {"generation": "Make the clips", "erasure": "Stack", "evaluation": "Judge"}
        card["seconds"] = {part: seconds[stage] for part, stage in parts.items()}
        entry = self.library.add(self._manifest(seconds), self.delta, card, self.reel.previews())
        shown = {column: str(entry.previews[f"{column}-{self.spec.host}"]) for column in ("before", "after")}
        return {"entry": entry.id, "folder": str(entry.folder), **shown, "scorecard": card, "seconds": seconds}

    def _manifest(self, seconds: dict[str, float]) -> Manifest:
        return Manifest(
            name=self.spec.name,
            concept=", ".join(concept.name for concept in self.concepts),
            concepts=tuple(concept.name for concept in self.concepts),
            kind=self.manifests[0].kind,
            family=self.opened.card.name,
            encoder_family=self.opened.card.family,
            base=self.opened.fingerprint,
            method=METHOD,
            preset="",
            settings=self.settings,
            strength=1.0,
            seed=self.spec.seed,
            prompt=self.spec.prompt,
            seconds=seconds,
            versions=versions(),
            recipe=added(words(self.opened.card.name), self.concepts),
        )


def stack(spec: StackSpec, emit: Emit, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Stack the entries; gives what `erase` gives: entry, folder, before, after, scorecard and seconds."""
    weights = {**WEIGHTS, "Judge": CARDS[spec.quick]}
    report = Report(emit, cancelled, weights)
    with tempfile.TemporaryDirectory(prefix="lacuna-") as folder:
        job = Stacking(spec, report, Path(folder))
        for name, step in zip(weights, (job.open, job.stack, job.film), strict=False):
            with report.stage(name):
                step()
        with report.stage("Judge"):
            card = job.score()
        with report.stage("Keep"):
            return job.keep(card)
