"""The job that measures an entry on the final prompts and keeps the scorecard with it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from torch import nn

from core.concepts import Concept
from core.evaluation.scorecard import FULL, QUICK, Sizes, card_part, score_host, total_samples
from core.i18n import number, tr
from core.jobs.estimate import CARDS, CLIP, OPENING, STILL
from core.jobs.events import Emit
from core.jobs.recipe import shown_host
from core.jobs.refilming import lacks_clips, refilm
from core.jobs.reporting import Report
from core.jobs.resuming import notes
from core.jobs.spec import ScoreSpec
from core.jobs.vocabulary import gone, words
from core.jobs.workshop import bench_of, entry_encoder, family, judge
from core.library.entry import require_manifest
from core.library.fitting import model_for
from core.library.store import Library
from core.models.catalogue import FamilyCard
from core.models.hosts import Host
from core.models.opened import Family
from core.prompts import Purpose

FILMING = 5.0
"""Seconds to make the clips after an erasure, on two cores."""
_LONG = 120
"""Seconds from which a person is told beforehand."""


def expected_seconds(hosts: list[Host], sizes: Sizes) -> float:
    """How long a scorecard takes on two CPU cores."""
    clips = total_samples([host for host in hosts if host.card.frames > 1], sizes)
    return STILL * (total_samples(hosts, sizes) - clips) + CLIP * clips


def _spent(hosts: list[Host], sizes: Sizes, done: int) -> float:
    """The expected seconds of the first `done` samples, host after host: a clip takes as long as many pictures."""
    seconds = 0.0
    for host in hosts:
        made = min(done, total_samples([host], sizes))
        seconds += made * (STILL if host.card.frames == 1 else CLIP)
        done -= made
    return seconds


def _warn_if_long(hosts: list[Host], sizes: Sizes, report: Report) -> None:
    seconds, total = expected_seconds(hosts, sizes), total_samples(hosts, sizes)
    if seconds >= _LONG:
        minutes = round(seconds / 60)
        report.log(
            tr(
                "The judge will see {total} pictures and clips: about {minutes} minutes on two processor cores.",
                total=number(total),
                minutes=minutes,
            )
        )


def measured_hosts(card: FamilyCard, shown: str) -> list[str]:
    """The hosts that a scorecard measures: all of the bundled pair; of a large model pictures and the clips it shows.

    There a clip takes as long as everything of the bundled pair, and five hosts may read one encoder.
    """
    return [host.name for host in card.hosts if card.bundled or host.name in ("still", shown)]


def score_all(
    opened: Family,
    encoder: nn.Module,
    concepts: tuple[Concept, ...],
    sizes: Sizes,
    seed: int,
    report: Report,
    names: Sequence[str] = (),
) -> dict[str, Any]:
    """The `hosts` part of a scorecard for these hosts, or all, on the final prompts, with progress over all samples."""
    name = opened.card.name
    hosts = [opened.host(host) for host in names or [card.name for card in opened.card.hosts]]
    total, done = total_samples(hosts, sizes), 0
    _warn_if_long(hosts, sizes, report)

    def on_done(count: int) -> None:
        nonlocal done
        done += count
        report.progress(done, total, _spent(hosts, sizes, done) / expected_seconds(hosts, sizes))

    known = words(name).knowing(*concepts)
    bench = bench_of(name, known, Purpose.FINAL, seed, report.cancelled, on_done)
    counts = {host.card.name: sizes.of(host) for host in hosts}

    def measured(host: Host) -> dict[str, Any]:
        return score_host(bench, host, opened.encoder, encoder, concepts, counts[host.card.name])

    return {
        host.card.name: notes().once(f"figures of {host.card.name}", partial(measured, host))
        for host in hosts
        if counts[host.card.name]
    }


def score(spec: ScoreSpec, emit: Emit, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Measure the entry, and film it first if it has no clips of after; gives its id and the new scorecard."""
    library = Library(spec.library)
    entry = library.get(spec.entry)
    filmed = {"Make the clips after": FILMING} if lacks_clips(entry) else {}
    report = Report(emit, cancelled, {"Open the model": OPENING, **filmed, "Judge": CARDS[not spec.full]})
    with report.stage("Open the model"):
        manifest = require_manifest(entry)
        name = model_for(manifest).name
        opened = family(name)
        encoder = entry_encoder(opened, library, entry, warn=report.warn)
        concepts = gone(manifest)
        shown = measured_hosts(opened.card, shown_host(entry, name))
    for stage in filmed:
        with report.stage(stage), tempfile.TemporaryDirectory(prefix="lacuna-") as folder:
            entry = refilm(library, entry, opened, encoder, concepts, Path(folder), report)
    began = time.perf_counter()
    with report.stage("Judge"):
        hosts = score_all(opened, encoder, concepts, FULL if spec.full else QUICK, spec.seed, report, shown)
    part = {**card_part(hosts, judge(name)), "judge": judge(name).name}
    bases = {"base": manifest.base, "applied_to": opened.fingerprint}
    card = {**(entry.scorecard or {}), **part, **bases, "quick": not spec.full, "seed": spec.seed}
    card["seconds"] = {**card.get("seconds", {}), "evaluation": time.perf_counter() - began}
    library.set_scorecard(entry.id, card)
    return {"entry": entry.id, "scorecard": card, "seconds": report.seconds}
