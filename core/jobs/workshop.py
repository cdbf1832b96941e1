"""What every job opens first: the model, the judge and the library entry's encoder."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch
from torch import nn

from core.concepts import World
from core.erasure.trainable import Delta, apply_delta, parameters_of
from core.errors import FailureKind, LacunaError
from core.evaluation.judge import Judge
from core.evaluation.motion import MotionJudge
from core.evaluation.scorecard import Bench
from core.generation.sample import never
from core.hardware.freeing import free_memory
from core.hardware.plan import plan
from core.i18n import tr
from core.jobs.checks import check_judge
from core.library.entry import Entry, unusable
from core.library.manifest import Fit, Manifest, require_base, transfer_note
from core.library.store import Library
from core.models.catalogue import FamilyCard, families, family_card
from core.models.opened import Family, open_family
from core.models.part import read_part
from core.models.registry import Registry
from core.models.tensors import encoder_tensors, fingerprint
from core.models.transfer import Different, compare
from core.prompts import Purpose

Stamp = tuple[str, int, int]
"""Changes when something is installed or taken away."""


def family(name: str) -> Family:
    """The opened model by the job's plan; a warm engine keeps it between jobs."""
    lean = plan().sparing and plan().device != "cpu"
    return _opened(name, plan().device, plan().dtype, lean, Registry().stamp)


@lru_cache(maxsize=1)
def _opened(name: str, device: str, _dtype: str, _lean: bool, _installed: Stamp) -> Family:
    """One at a time, so that another device, precision or model gives the memory of this one back.

    After a lean plan, whose parts came and went one by one, hosts no longer share the memory of a denoiser.
    """
    _opened.cache_clear()  # or both would be held until the new one is there
    free_memory()
    return open_family(name, device)


def judge(name: str) -> Judge:
    """The model's judge of pictures, where the plan wants it. InputError where none is installed."""
    return _judge(name, plan().judge or plan().device, Registry().stamp)


@lru_cache(maxsize=1)
def _judge(name: str, device: str, _installed: Stamp) -> Judge:
    card = family_card(name)
    check_judge(card)
    return read_part(card, "judge", lambda folder: Judge.load(folder, device))


def motion_judge(name: str) -> MotionJudge | None:
    """The model's reader of motion; None where nobody has trained one, so that no figure is made up."""
    return _motion_judge(name, Registry().stamp)


@lru_cache(maxsize=1)
def _motion_judge(name: str, _installed: Stamp) -> MotionJudge | None:
    card = family_card(name)
    return read_part(card, "motion_judge", MotionJudge.load) if card.bundled else None


def let_go() -> None:
    """Keep nothing open, so that the memory can be given back."""
    for opened in (_opened, _judge, _motion_judge):
        opened.cache_clear()


def bench_of(
    name: str,
    known: World,
    purpose: Purpose,
    seed: int,
    cancelled: Callable[[], bool] = never,
    on_done: Callable[[int], None] = lambda _count: None,
) -> Bench:
    """The model's judges with the words that they judge."""
    return Bench(judge(name), motion_judge(name), known, purpose, seed, cancelled, on_done)


def moved_encoder(opened: Family, delta: Delta, strength: float) -> nn.Module:
    """A copy of the original encoder at θ₀ + strength · Δ."""
    encoder = copy.deepcopy(opened.encoder)
    apply_delta(encoder, parameters_of(opened.encoder), delta, strength)
    return encoder.eval()


def entry_encoder(
    opened: Family,
    library: Library,
    entry: Entry,
    strength: float | None = None,
    warn: Callable[[str], None] = lambda _note: None,
) -> nn.Module:
    """The encoder an entry describes. Raises LacunaError when it does not fit the model.

    An entry made with another model of the family is carried over, and `warn` is told so.
    """
    manifest = entry.manifest
    if entry.newer:
        raise unusable(entry, tr("“{name}” cannot be used.", name=entry.name))
    if manifest is None:
        raise LacunaError(
            FailureKind.DAMAGED,
            tr("The entry “{id}” is damaged.", id=entry.id),
            entry.damage,
            tr("Erase the concept again."),
        )
    if fit_of(manifest, opened) is Fit.TRANSFER:
        warn(transfer_note(manifest, opened.card.title))
    delta: Delta = {name: np.asarray(value, np.float32) for name, value in library.load_delta(entry.id).items()}
    return moved_encoder(opened, delta, manifest.strength if strength is None else strength)


def fit_of(manifest: Manifest, opened: Family) -> Fit:
    """How an entry goes onto an opened model; LacunaError if it does not.

    Where the entry's own model is installed, the encoders are held side by side, as those of hosts are.
    """
    fit = require_base(manifest, opened.fingerprint, opened.card.title, kin_of(opened.card))
    if fit is Fit.TRANSFER and (own := next((c for c in families() if c.name == manifest.family), None)):
        _require_near(manifest, opened, own)
    return fit


def _require_near(manifest: Manifest, opened: Family, own: FamilyCard) -> None:
    """LacunaError where an entry's own encoder is another network than the opened one, or was trained far from it."""
    arrays = encoder_tensors(own)
    if fingerprint(arrays) != manifest.base:
        return
    found = compare(parameters_of(opened.encoder), {name: torch.from_numpy(value) for name, value in arrays.items()})
    if isinstance(found, Different):
        raise LacunaError(
            FailureKind.DAMAGED,
            tr("“{name}” cannot be carried over to the model “{title}”.", name=manifest.name, title=opened.card.title),
            found.told,
            tr("Erase the concept again with the model “{title}”.", title=opened.card.title),
        )


def kin_of(card: FamilyCard) -> str:
    """The family whose entries may be carried over to a model; empty for the bundled pair, which takes none."""
    return "" if card.bundled else card.family
