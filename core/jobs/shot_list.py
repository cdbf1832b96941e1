"""What a shoot will make, known before it starts: its encoders, its shots, its seconds; no torch."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from pathlib import Path

from core.errors import InputError
from core.i18n import tr
from core.jobs.checks import (
    MAX_FRAMES,
    MAX_GUIDANCE,
    MAX_STEPS,
    STRENGTHS,
    check_entry,
    check_length,
    check_prompt,
    check_range,
)
from core.jobs.estimate import CLIP, OPENING, STILL
from core.jobs.prompt_file import MAX_PROMPTS
from core.jobs.spec import ShootSpec
from core.models.catalogue import family_card
from core.settings import library_folder

MAX_SEED = 2**32 - 1
MAX_SEEDS = 1_000
MAX_ENTRIES = 8
"""Entries that one shoot compares; each keeps an encoder of its own in memory."""
MAX_TAKES = 2_000
"""Takes that one shoot makes."""

_SEEDS = re.compile(r"(\d+)(?:-(\d+))?")


@dataclass(frozen=True)
class Lens:
    """An encoder through which every shot is taken: an entry at a strength, or the original without one."""

    entry: str = ""
    strength: float | None = None
    negative_prompt: str = ""


def lenses(spec: ShootSpec) -> list[Lens]:
    """The encoders of a shoot, the original first."""
    strengths = spec.strengths or (None,) * len(spec.entries)
    found = [Lens()] if spec.original else []
    if spec.negative_prompt:
        found.append(Lens(negative_prompt=spec.negative_prompt))
    return [*found, *(Lens(entry, strength) for entry, strength in zip(spec.entries, strengths, strict=True))]


def shots(spec: ShootSpec) -> list[tuple[str, int]]:
    """Every prompt under every seed."""
    return list(product(spec.prompts, spec.seeds))


def count_takes(spec: ShootSpec) -> int:
    """How many clips or pictures a shoot makes."""
    return len(spec.prompts) * len(spec.seeds) * len(lenses(spec))


def making_seconds(spec: ShootSpec) -> float:
    """Expected seconds without opening the model, on the two cores that the figures were measured on."""
    card = family_card(spec.family).host(spec.host)
    share = (spec.steps or card.steps) / card.steps * (spec.frames or card.frames) / card.frames
    return count_takes(spec) * share * (STILL if card.frames == 1 else CLIP)


def shooting_seconds(spec: ShootSpec) -> float:
    """Expected seconds from the start to the last take."""
    return OPENING + making_seconds(spec)


def seeds_in(text: str) -> tuple[int, ...]:
    """The seeds in a list such as `1, 2, 5-8`, each once; InputError names what is none."""
    parts = filter(None, re.split(r"[,;\s]+", re.sub(r"\s*[-–]\s*", "-", text)))
    found = tuple(dict.fromkeys(seed for part in parts for seed in _range(part)))
    if not found:
        raise InputError(tr("No seed was given."), fix=tr("Give one or more, for example: 1, 2, 5-8."))
    _at_most(len(found), MAX_SEEDS, tr("{count} seeds were given.", count=len(found)))
    return found


def _range(part: str) -> Sequence[int]:
    found = _SEEDS.fullmatch(part)
    if found is None:
        raise InputError(tr("“{part}” is no seed.", part=part[:40]), fix=tr("Give whole numbers, such as 1, 2, 5-8."))
    first, last = int(found[1][:20]), int((found[2] or found[1])[:20])
    check_range(tr("The seed"), max(first, last), 0, MAX_SEED)
    if last < first:
        raise InputError(tr("The seeds {part} end before they begin.", part=part), fix=tr("Put the smaller one first."))
    _at_most(last - first + 1, MAX_SEEDS, tr("{part} are {count} seeds.", part=part, count=last - first + 1))
    return range(first, last + 1)


@lru_cache(maxsize=4)
def prompts_in(text: str) -> tuple[str, ...]:
    """The prompts in a text, one a line, each once and with single spaces; blank lines are none."""
    return tuple(dict.fromkeys(clean for line in text.splitlines() if (clean := " ".join(line.split()))))


def _at_most(count: int, limit: int, what: str) -> None:
    if count > limit:
        raise InputError(what, fix=tr("Use {limit} at most.", limit=limit))


def check_shots(spec: ShootSpec) -> ShootSpec:
    """The spec with tidy prompts and seeds; an InputError says what cannot be used. Looks at no file."""
    prompts = prompts_in("\n".join(spec.prompts))
    _check_prompts(prompts, spec.negative_prompt)
    _check_numbers(spec)
    tidy = replace(spec, prompts=prompts, seeds=tuple(dict.fromkeys(spec.seeds)))
    if not lenses(tidy):
        raise InputError(tr("No encoder was chosen."), fix=tr("Choose the original or at least one entry."))
    count = count_takes(tidy)
    _at_most(count, MAX_TAKES, tr("That would be {count} takes.", count=count))
    return tidy


def check_shoot(spec: ShootSpec) -> ShootSpec:
    """The spec with its blanks filled in and its entries by their ids; a LacunaError says what cannot be used."""
    from core.library.gallery import gallery_folder

    tidy = check_shots(spec)
    _check_gallery(gallery_folder(library_folder(spec.library)))
    return replace(tidy, entries=tuple(check_entry(e, spec.library, spec.family).id for e in spec.entries))


def _check_prompts(prompts: Sequence[str], negative_prompt: str) -> None:
    if not prompts:
        check_prompt("")
    _at_most(len(prompts), MAX_PROMPTS, tr("{count} prompts were given.", count=len(prompts)))
    for prompt in prompts:
        check_prompt(prompt)
    check_length(negative_prompt)


def _check_numbers(spec: ShootSpec) -> None:
    host = family_card(spec.family).host(spec.host)
    if not spec.seeds:
        raise InputError(tr("No seed was given."), fix=tr("Give one or more, for example: 1, 2, 5-8."))
    for seed in spec.seeds:
        check_range(tr("The seed"), seed, 0, MAX_SEED)
    check_range(tr("The number of steps"), spec.steps, 0, MAX_STEPS)
    check_range(tr("The guidance"), spec.guidance, 0.0, MAX_GUIDANCE)
    check_range(tr("The number of frames"), spec.frames, 0, 1 if host.frames == 1 else MAX_FRAMES)
    _check_entries(spec)
    for strength in spec.strengths:
        if strength is not None:
            check_range(tr("The strength"), strength, *STRENGTHS)


def _check_entries(spec: ShootSpec) -> None:
    count = len(spec.entries)
    _at_most(count, MAX_ENTRIES, tr("{count} entries were given.", count=count))
    if spec.strengths and len(spec.strengths) != count:
        what = tr("{strengths} strengths were given for {count} entries.", strengths=len(spec.strengths), count=count)
        raise InputError(what, fix=tr("Give one an entry, or none."))


def _check_gallery(folder: Path) -> None:
    """Refuse a gallery that cannot be written to, before minutes are spent on takes that cannot be kept."""
    if folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        why = tr("It does not allow writing.") if folder.is_dir() else tr("A file stands in its place.")
        raise InputError(
            tr("The gallery “{folder}” cannot be used.", folder=folder), why, tr("Change that, or move it.")
        )
