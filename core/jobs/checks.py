"""The questions that are asked of what a person gave, each answered by silence or by a LacunaError. No torch."""

from __future__ import annotations

import difflib
import os
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from core.concepts import MAX_NAME, Concept, Kind, World, check_name, named, plain_name
from core.errors import FailureKind, InputError, LacunaError
from core.files import storage
from core.i18n import number, quoted, tr
from core.jobs.vocabulary import words
from core.library.entry import unusable
from core.library.fitting import fits
from core.models.catalogue import FamilyCard, HostCard, family_card
from core.settings import library_folder

if TYPE_CHECKING:
    from core.library.manifest import Manifest
    from core.library.store import Library

MAX_WORDS = 200
"""Words in a prompt; no model of the catalogue reads nearly as many."""
MAX_LETTERS = 2_000
"""Characters in a prompt; a line much longer than this is not text, and takes a text field seconds to lay out."""
MAX_IMAGES = 64
"""Pictures in a folder of the person's own; the methods were made for a few."""
STRENGTHS = (0.0, 1.5)
"""The range of α in θ₀ + α·Δ."""
MAX_STEPS, MAX_GUIDANCE, MAX_FRAMES = 200, 50.0, 32


def find_concept(name: str, family: str, kind: str = "") -> Concept:
    """The concept of this name or synonym.

    A model with an open list takes any other name too, once its `kind` is said: InputError without. A closed one
    raises UNKNOWN_CONCEPT with near names.
    """
    known = words(family)
    if not plain_name(name):
        example = known.concepts[0].name
        fix = tr("Name the concept to erase, for example: {name}.", name=example)
        raise InputError(tr("No concept was named."), fix=fix)
    if found := known.find(plain_name(name)):
        return found
    if not known.open:
        what = tr("The model “{title}” does not know {name}.", title=family_card(family).title, name=cited(name))
        raise LacunaError(FailureKind.UNKNOWN_CONCEPT, what, fix=suggestion(name, known))
    if not kind.strip():
        raise _kind_needed(check_name(name), known)
    return named(name, Kind.of(kind))


def _kind_needed(name: str, known: World) -> InputError:
    near = " ".join((suggestion(name, known), "")) if near_names(name, known) else ""
    fix = tr("Say what it is: {names}.", names=", ".join(Kind))
    return InputError(tr("“{name}” is on no list, so its kind is not known.", name=name), fix=f"{near}{fix}")


def near_names(name: str, known: World, count: int = 3) -> list[str]:
    """Names of concepts that are spelt alike, the nearest first; on an open list only what may be a slip."""
    names = {phrase.lower(): c.name for c in known.concepts for phrase in (c.name, *c.phrases)}
    close = difflib.get_close_matches(name.lower().strip(), names, n=2 * count, cutoff=0.8 if known.open else 0.55)
    return list(dict.fromkeys(names[phrase] for phrase in close))[:count]


def cited(text: str) -> str:
    """The text in quotation marks, cut to what fits a line."""
    short = textwrap.shorten(text, 60, placeholder="…")
    return quoted(short if short.strip("…") else text.strip()[:59] + "…")


def suggestion(name: str, known: World) -> str:
    """Names spelt alike, or all that the word list holds."""
    if near := near_names(name, known):
        return tr("Did you mean {names}?", names=tr(" or ").join(near))
    return tr("It knows: {names}.", names=", ".join(c.name for c in known.concepts))


def check_kind(text: str, concept: Concept) -> None:
    """Refuse a kind that is not the concept's."""
    if text and Kind.of(text) is not concept.kind:
        raise InputError(
            tr(
                "“{name}” is of the kind {kind}, not {given}.",
                name=concept.name,
                kind=concept.kind.word,
                given=Kind.of(text).word,
            ),
            fix=tr("Choose the kind {kind} or leave it out.", kind=concept.kind.word),
        )


def check_anchor(anchor: str, concept: Concept, known: World) -> None:
    """Refuse to lead a concept to itself, to one of the neighbours that must stay as they are, or to a whole text."""
    if len(anchor) > MAX_NAME:
        what = tr("An anchor of {count} letters is too long.", count=number(len(anchor)))
        raise InputError(what, fix=tr("Use {most} letters at most.", most=MAX_NAME))
    led = known.knowing(concept).find(anchor) if anchor.strip() else None
    if led is None:
        return
    fix = tr(
        "Lead it to something ordinary, such as “{anchor}”.", anchor=concept.anchor or _plain_thing(concept, known)
    )
    if led.name == concept.name:
        what = tr("“{anchor}” is the concept itself, so the erasure would change nothing.", anchor=anchor)
        raise InputError(what, fix=fix)
    if led.name in concept.neighbours:
        what = tr(
            "“{name}” is a protected neighbour of “{concept}” and cannot be its anchor as well.",
            name=led.name,
            concept=concept.name,
        )
        raise InputError(what, fix=fix)


def _plain_thing(concept: Concept, known: World) -> str:
    """An ordinary thing of the concept's kind."""
    return next((other.phrase for other in known.ordinary if other.kind is concept.kind), "")


def check_judge(card: FamilyCard) -> None:
    """Refuse to measure a model without a judge, before minutes are spent."""
    if not card.bundled and "judge" not in card.sources:
        raise InputError(
            tr("There is no judge for the model “{title}”.", title=card.title),
            tr("Pictures are judged by a CLIP model, and none is installed."),
            tr("Download a judge on the Models page, or with: models download clip-judge"),
        )


def default_host(family: str) -> str:
    """The host that a model makes clips with where nobody names one; pictures where none does."""
    return shown_hosts(family_card(family))[0].name


def shown_hosts(card: FamilyCard) -> tuple[HostCard, ...]:
    """The hosts that can show what comes before and after: those of clips, or pictures where there are none."""
    return card.video_hosts or (card.host("still"),)


def video_host(card: FamilyCard, name: str) -> HostCard:
    """The host of this name, the first for none; InputError if it makes no clips while another one does."""
    hosts = shown_hosts(card)
    host = card.host(name) if name else hosts[0]
    if host not in hosts:
        names = ", ".join(other.name for other in hosts)
        raise InputError(
            tr("The host “{name}” makes no clips.", name=name), fix=tr("Use one of: {names}.", names=names)
        )
    return host


def check_prompt(prompt: str) -> None:
    """Refuse an empty prompt and one longer than any model reads."""
    if not prompt.strip():
        raise InputError(
            tr("The prompt is empty."), fix=tr("Say what to show, for example: Pipwick bouncing in a meadow.")
        )
    check_length(prompt)


def check_length(prompt: str) -> None:
    """Refuse more than MAX_WORDS words or MAX_LETTERS characters."""
    if (words := len(prompt.split())) > MAX_WORDS:
        raise InputError(
            tr("The prompt has {count} words.", count=words), fix=tr("Use {most} at most.", most=MAX_WORDS)
        )
    if (letters := len(prompt)) > MAX_LETTERS:
        what = tr("The prompt has {count} characters.", count=number(letters))
        raise InputError(what, fix=tr("Use {most} at most.", most=number(MAX_LETTERS)))


def check_range(what: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside `low`…`high`."""
    if not low <= value <= high:
        raise InputError(
            tr("{what} is {value}.", what=what, value=value),
            fix=tr("It must lie between {low} and {high}.", low=low, high=high),
        )


def check_library(folder: str) -> None:
    """Refuse a path that no folder can be made at, before minutes are spent on a result that cannot be kept."""
    path = library_folder(folder)
    with storage(path):
        nearest = next(p for p in (path, *path.parents) if p.exists())
    if not nearest.is_dir():
        raise InputError(
            tr("The library cannot be kept in {path}.", path=path),
            tr("{nearest} is a file.", nearest=nearest),
            tr("Choose a folder."),
        )
    if not os.access(nearest, os.W_OK | os.X_OK):
        why = tr("{nearest} does not allow writing.", nearest=nearest)
        raise InputError(
            tr("The library cannot be kept in {path}.", path=path), why, tr("Choose a folder that you may write to.")
        )


def library_in(folder: str) -> Library:
    """The library that is there, empty text for the usual one: who looks for an entry makes no folder. InputError."""
    from core.library.store import Library

    root = library_folder(folder)
    if not root.is_dir():
        fix = tr("Put the folder back, or choose another.") if folder else tr("Erase a concept first.")
        raise InputError(tr("There is no library in “{folder}”.", folder=root), fix=fix)
    return Library(root)


def check_entry(name: str, folder: str, family: str = "") -> Manifest:
    """The manifest of an entry; refuses one that does not exist, is damaged, or was made for another family."""
    if not name.strip():
        raise InputError(tr("No entry was named."), fix=tr("See the entries with: library list"))
    entry = library_in(folder).get(name)
    if entry.newer:
        raise unusable(entry, tr("“{name}” cannot be used.", name=entry.name))
    if entry.manifest is None or entry.damage:
        fix = tr("Erase the concept again, or restore the entry's files from a copy.")
        raise LacunaError(FailureKind.DAMAGED, tr("The entry “{name}” is damaged.", name=entry.name), entry.damage, fix)
    if family and not fits(family_card(family), entry.manifest.family, entry.manifest.kin):
        why = tr("It was made for “{family}”.", family=entry.manifest.family)
        raise InputError(
            tr("The entry “{name}” does not fit the model “{family}”.", name=entry.name, family=family),
            why,
            tr("Choose that model."),
        )
    return entry.manifest


def check_out(path: Path, host: HostCard) -> None:
    """Refuse a file of the wrong type, one that exists, and one in no folder."""
    suffix = ".png" if host.frames == 1 else ".webm"
    if path.suffix.lower() != suffix:
        raise InputError(
            tr("{name} cannot be written.", name=path.name),
            tr("The host “{name}” writes {suffix} files.", name=host.name, suffix=suffix),
        )
    if path.exists():
        raise InputError(
            tr("{path} exists already, and nothing is overwritten.", path=path), fix=tr("Choose another name.")
        )
    if not path.absolute().parent.is_dir():
        raise InputError(
            tr("The folder {folder} does not exist.", folder=path.absolute().parent), fix=tr("Create it first.")
        )


def check_images(folder: Path) -> None:
    """Refuse a folder without pictures, or with one that cannot be read."""
    from core.media.clip import read_picture

    if not folder.is_dir():
        raise InputError(
            tr("There is no folder {folder}.", folder=folder), fix=tr("Choose a folder that holds pictures.")
        )
    with storage(folder):
        files = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    if not 1 <= len(files) <= MAX_IMAGES:
        raise InputError(
            tr("The folder {folder} holds {count} files.", folder=folder, count=len(files)),
            fix=tr("Give it 1 to {most} pictures.", most=MAX_IMAGES),
        )
    for file in files:
        read_picture(file)
