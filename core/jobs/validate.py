"""What is checked before a job starts; the runner, the command line and the window's form ask the same questions."""

from __future__ import annotations

import difflib
import os
import textwrap
from dataclasses import replace
from pathlib import Path

from core.concepts import Concept, Kind, World, world
from core.errors import FailureKind, InputError, LacunaError
from core.jobs.spec import EraseSpec, GenerateSpec, JobSpec, ScoreSpec
from core.models.catalogue import FamilyCard, HostCard, family_card
from core.presets import preset

MAX_WORDS = 200
"""Words in a prompt; no model of the catalogue reads nearly as many."""
MAX_IMAGES = 64
"""Pictures in a folder of the person's own; the methods were made for a few."""
STRENGTHS = (0.0, 1.5)
"""The range of α in θ₀ + α·Δ."""
MAX_STEPS, MAX_GUIDANCE, MAX_FRAMES = 200, 50.0, 32


def validate(spec: JobSpec) -> JobSpec:
    """The spec with its blanks filled in, or a LacunaError that says what cannot be used. Imports no torch."""
    _check_range("The seed", spec.seed, 0, 2**32 - 1)
    _check_library(spec.library)
    if isinstance(spec, EraseSpec):
        return _erase(spec)
    return _generate(spec) if isinstance(spec, GenerateSpec) else _score(spec)


def find_concept(name: str, family: str) -> Concept:
    """The concept of this name or synonym. Raises UNKNOWN_CONCEPT with near names if the family has no such thing."""
    if not name.strip():
        raise InputError("No concept was named.", fix="Name the concept to erase, for example: Pipwick.")
    found = world(family).find(name)
    if found is None:
        what = f"The model “{family_card(family).title}” does not know {_quoted(name)}."
        raise LacunaError(FailureKind.UNKNOWN_CONCEPT, what, fix=_suggestion(name, world(family)))
    return found


def near_names(name: str, known: World, count: int = 3) -> list[str]:
    """Names of concepts that are spelt alike, the nearest first."""
    names = {phrase.lower(): c.name for c in known.concepts for phrase in (c.name, *c.phrases)}
    close = difflib.get_close_matches(name.lower().strip(), names, n=2 * count, cutoff=0.55)
    return list(dict.fromkeys(names[phrase] for phrase in close))[:count]


def default_prompt(concept: Concept, known: World) -> str:
    """A prompt that shows the concept in motion, for a person who gave none."""
    motion = known.motions.get("bounce") or next(iter(known.motions.values()))
    place = next(iter(known.places.values()))
    if concept.kind is not Kind.STYLE:
        return f"{concept.phrase} {motion[0]} {place[0]}"
    subject = known.of_kind(Kind.CHARACTER)[0].phrase
    return f"{subject} {motion[0]} {place[0]} in the style of {concept.phrase}"


def cut_warning(prompt: str, family: str) -> str:
    """What to tell when the model will not read the prompt's end; empty when it reads all of it.

    A word takes one token or more and two mark the ends, so this may stay silent but never cries wolf.
    """
    words, tokens = len(prompt.split()), family_card(family).tokens
    if words <= tokens - 2:
        return ""
    return f"The prompt has {words} words, and the model reads only the first {tokens} tokens: its end is cut off."


def _erase(spec: EraseSpec) -> EraseSpec:
    card = family_card(spec.family)
    concept = find_concept(spec.concept, spec.family)
    _check_kind(spec.kind, concept)
    preset(spec.preset)
    _video_host(card, spec.host)
    prompt = spec.prompt or default_prompt(concept, world(spec.family))
    _check_prompt(prompt)
    if spec.images:
        _check_images(Path(spec.images))
    synonyms = tuple(text for synonym in spec.synonyms if (text := synonym.strip()))
    return replace(spec, concept=concept.name, kind=concept.kind.value, synonyms=synonyms, prompt=prompt)


def _generate(spec: GenerateSpec) -> GenerateSpec:
    host = family_card(spec.family).host(spec.host)
    _check_prompt(spec.prompt)
    _check_length(spec.negative_prompt)
    _check_range("The number of steps", spec.steps, 0, MAX_STEPS)
    _check_range("The guidance", spec.guidance, 0.0, MAX_GUIDANCE)
    _check_range("The number of frames", spec.frames, 0, 1 if host.frames == 1 else MAX_FRAMES)
    if spec.strength is not None:
        _check_range("The strength", spec.strength, *STRENGTHS)
    if spec.strength is not None and not spec.entry:
        raise InputError("A strength was given without an entry.", fix="Name the entry of the library it applies to.")
    if spec.out:
        _check_out(Path(spec.out), host)
    if spec.entry:
        _check_entry(spec.entry, spec.library, spec.family)
    return spec


def _score(spec: ScoreSpec) -> ScoreSpec:
    _check_entry(spec.entry, spec.library)
    return spec


def _quoted(text: str) -> str:
    return f"“{textwrap.shorten(text, 60, placeholder='…') or text.strip()[:59] + '…'}”"


def _suggestion(name: str, known: World) -> str:
    if near := near_names(name, known):
        return f"Did you mean {' or '.join(near)}?"
    return f"It knows: {', '.join(c.name for c in known.concepts)}."


def _check_kind(text: str, concept: Concept) -> None:
    if text and Kind.of(text) is not concept.kind:
        raise InputError(
            f"“{concept.name}” is of the kind {concept.kind}, not {Kind.of(text)}.",
            fix=f"Choose the kind {concept.kind} or leave it out.",
        )


def _video_host(card: FamilyCard, name: str) -> HostCard:
    host = card.host(name)
    if host not in card.video_hosts:
        names = ", ".join(other.name for other in card.video_hosts)
        raise InputError(f"The host “{name}” makes no clips.", fix=f"Use one of: {names}.")
    return host


def _check_prompt(prompt: str) -> None:
    if not prompt.strip():
        raise InputError("The prompt is empty.", fix="Say what to show, for example: Pipwick bouncing in a meadow.")
    _check_length(prompt)


def _check_length(prompt: str) -> None:
    if (words := len(prompt.split())) > MAX_WORDS:
        raise InputError(f"The prompt has {words} words.", fix=f"Use {MAX_WORDS} at most.")


def _check_range(what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(f"{what} is {value}.", fix=f"It must lie between {low} and {high}.")


def _check_library(folder: str) -> None:
    """Refuse a path that no folder can be made at, before minutes are spent on a result that cannot be kept."""
    if not folder:
        return
    path = Path(folder).expanduser().absolute()
    nearest = next(p for p in (path, *path.parents) if p.exists())
    if not nearest.is_dir():
        raise InputError(f"The library cannot be kept in {path}.", f"{nearest} is a file.", "Choose a folder.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        why = f"{nearest} does not allow writing."
        raise InputError(f"The library cannot be kept in {path}.", why, "Choose a folder that you may write to.")


def _check_entry(name: str, folder: str, family: str = "") -> None:
    from core.library.store import Library

    if not name.strip():
        raise InputError("No entry was named.", fix="See the entries with: library list")
    entry = Library(folder or None).get(name)
    if entry.manifest is None or entry.damage:
        fix = "Erase the concept again, or restore the entry's files from a copy."
        raise LacunaError(FailureKind.DAMAGED, f"The entry “{entry.name}” is damaged.", entry.damage, fix)
    if family and entry.manifest.family != family:
        why = f"It was made for “{entry.manifest.family}”."
        raise InputError(f"The entry “{entry.name}” does not fit the model “{family}”.", why, "Choose that model.")


def _check_out(path: Path, host: HostCard) -> None:
    suffix = ".png" if host.frames == 1 else ".webm"
    if path.suffix.lower() != suffix:
        raise InputError(f"{path.name} cannot be written.", f"The host “{host.name}” writes {suffix} files.")
    if path.exists():
        raise InputError(f"{path} exists already, and nothing is overwritten.", fix="Choose another name.")
    if not path.absolute().parent.is_dir():
        raise InputError(f"The folder {path.absolute().parent} does not exist.", fix="Create it first.")


def _check_images(folder: Path) -> None:
    from core.media.clip import read_picture

    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", fix="Choose a folder that holds pictures.")
    files = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    if not 1 <= len(files) <= MAX_IMAGES:
        raise InputError(f"The folder {folder} holds {len(files)} files.", fix=f"Give it 1 to {MAX_IMAGES} pictures.")
    for file in files:
        read_picture(file)
