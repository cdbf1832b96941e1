"""What a stack is made of, whether entries can be stacked, and what is left when one is taken out. No torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.errors import InputError
from core.i18n import quoted, tr
from core.jobs.checks import check_entry, check_judge, check_prompt, library_in, video_host
from core.jobs.spec import StackSpec
from core.library.entry import Entry, require_manifest
from core.library.fitting import model_for
from core.library.manifest import Manifest
from core.library.naming import NAME_LIMIT, clean_name
from core.library.store import Library

WAYS = ("sum", "ties", "projection")
"""How entries can be stacked; `core.erasure.stacking` does it."""
METHOD = "stack"
"""The method of an entry that was stacked."""
MAX_PARTS = 32


@dataclass(frozen=True)
class Part:
    """An entry inside a stack, by its id, its name at that time, and how much of its change went in."""

    id: str
    name: str
    strength: float


def parts_of(manifest: Manifest) -> tuple[Part, ...]:
    """The parts a stack was made of; none for an entry that was erased, or whose record is damaged."""
    listed = manifest.settings.get("parts") if manifest.method == METHOD else None
    return tuple(filter(None, map(_part, listed if isinstance(listed, list) else ())))


def _part(record: object) -> Part | None:
    match record:
        case {"id": str(id), "name": str(name), "strength": int() | float() as strength}:
            return Part(id, name, float(strength))
        case _:
            return None


def settings_of(how: str, parts: Sequence[Part]) -> dict[str, Any]:
    """What the manifest of a stack keeps, so that it can be taken apart again."""
    return {"how": how, "parts": [asdict(part) for part in parts]}


def completed(spec: StackSpec) -> StackSpec:
    """The spec with ids, strengths, name and prompt filled in; InputError or LacunaError says why it cannot be done."""
    library = library_in(spec.library)
    _check_counts(spec)
    for name in spec.entries:
        check_entry(name, spec.library)
    entries = [library.get(name) for name in spec.entries]
    manifests = [require_manifest(entry) for entry in entries]
    _refuse_strangers(manifests)
    _refuse_overlap(library, entries)
    card = model_for(manifests[0])
    host = video_host(card, spec.host).name
    check_judge(card)
    prompt = spec.prompt or manifests[0].prompt
    check_prompt(prompt)
    return replace(
        spec,
        entries=tuple(entry.id for entry in entries),
        strengths=spec.strengths or tuple(manifest.strength for manifest in manifests),
        name=clean_name(spec.name or stack_name(concepts_of(manifests))),
        prompt=prompt,
        host=host,
    )


def _check_counts(spec: StackSpec) -> None:
    if spec.how not in WAYS:
        raise InputError(
            tr("Entries cannot be stacked by “{how}”.", how=spec.how),
            fix=tr("Use one of: {names}.", names=", ".join(WAYS)),
        )
    if not 2 <= len(spec.entries) <= MAX_PARTS:
        count = len(spec.entries)
        raise InputError(
            tr("{count} entries were given to stack.", count=count),
            fix=tr("Name 2 to {most} entries of the library.", most=MAX_PARTS),
        )
    if spec.strengths and len(spec.strengths) != len(spec.entries):
        what = tr(
            "{strengths} strengths were given for {entries} entries.",
            strengths=len(spec.strengths),
            entries=len(spec.entries),
        )
        raise InputError(what, fix=tr("Give one strength an entry, or none to use their own."))


def _refuse_strangers(manifests: Sequence[Manifest]) -> None:
    """Refuse entries that change different encoders."""
    first, *others = manifests
    for other in others:
        if other.family != first.family:
            why = tr(
                "“{name}” was made for the model “{family}”, “{other}” for “{theirs}”.",
                name=first.name,
                family=first.family,
                other=other.name,
                theirs=other.family,
            )
            raise InputError(tr("These entries change different encoders."), why, tr("Stack entries of one model."))
        if other.base != first.base:
            why = tr(
                "The base of “{name}” has another fingerprint than that of “{first}”.",
                name=other.name,
                first=first.name,
            )
            raise InputError(tr("These entries change different encoders."), why, tr("Erase the concept again."))


def _refuse_overlap(library: Library, entries: Sequence[Entry]) -> None:
    """Refuse a change that would go in twice: an entry named twice, in another stack, or that another began from."""
    inside: dict[str, Entry] = {}
    for entry in entries:
        for found in origins(library, entry):
            if holder := inside.get(found):
                raise _twice(entry, holder)
        inside |= dict.fromkeys(origins(library, entry), entry)


def _twice(entry: Entry, holder: Entry) -> InputError:
    if entry.id == holder.id:
        return InputError(tr("The entry “{name}” was given twice.", name=entry.name), fix=tr("Name each entry once."))
    why = tr("One was made from the other, or both from the same entry, so that change would count twice.")
    return InputError(
        tr("“{name}” and “{other}” share a change.", name=entry.name, other=holder.name),
        why,
        tr("Leave one of them out."),
    )


def origins(library: Library, entry: Entry) -> set[str]:
    """The ids of every entry whose change is in this one, its own included; those lost since are counted too."""
    entries = {other.id: other for other in library.entries()}
    found, waiting = set[str](), [entry.id]
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            waiting += _made_from(entries.get(id))
    return found


def _made_from(entry: Entry | None) -> Iterator[str]:
    if entry is None or entry.manifest is None:
        return
    yield from filter(None, (entry.manifest.start, entry.manifest.source))
    yield from (part.id for part in parts_of(entry.manifest))


def concepts_of(manifests: Sequence[Manifest]) -> tuple[str, ...]:
    """All that is gone at the end, each named once."""
    return tuple(dict.fromkeys(name for manifest in manifests for name in manifest.gone))


def stack_name(concepts: Sequence[str]) -> str:
    """What an entry is called if nobody names it: its concepts, or the first and how many more."""
    name = ", ".join(concepts)
    if len(name) <= NAME_LIMIT:
        return name
    return tr("{first} and {count} more", first=concepts[0][:60], count=len(concepts) - 1)


def without(library: Library, wanted: str, part: str) -> StackSpec:
    """The spec that makes a stack again with one part, by id or name, left out; InputError where that is impossible."""
    entry = library.get(wanted)
    manifest = require_manifest(entry)
    parts = parts_of(manifest)
    if not parts:
        raise InputError(
            tr("“{name}” is not a stack, so nothing can be taken out.", name=entry.name), fix=tr("Name a stack.")
        )
    out = _find_part(parts, part, entry)
    rest = tuple(other for other in parts if other.id != out.id)
    if len(rest) < 2:
        names = ", ".join(f"{quoted(other.name)} ({other.id})" for other in rest)
        raise InputError(
            tr("Without “{name}” no stack would be left.", name=out.name),
            fix=tr("Use the remaining entry: {names}.", names=names),
        )
    _need(library, rest)
    return StackSpec(
        entries=tuple(other.id for other in rest),
        how=str(manifest.settings.get("how", "")),
        strengths=tuple(other.strength for other in rest),
        seed=manifest.seed,
        library=str(library.root),
    )


def _find_part(parts: Sequence[Part], wanted: str, entry: Entry) -> Part:
    """The part of this id or name; InputError lists what the stack holds."""
    matches = [part for part in parts if wanted == part.id or wanted.casefold() == part.name.casefold()]
    if len(matches) == 1:
        return matches[0]
    held = ", ".join(f"{part.name} ({part.id})" for part in parts)
    raise InputError(
        tr("“{name}” has no single part “{wanted}”.", name=entry.name, wanted=wanted),
        fix=tr("It holds: {held}.", held=held),
    )


def _need(library: Library, parts: Sequence[Part]) -> None:
    """Refuse to make a stack again while one of its parts is out of the library."""
    present = {entry.id for entry in library.entries()}
    for part in parts:
        if part.id not in present:
            why = tr("A stack is made again from its parts, and this one is not in the library.")
            raise InputError(
                tr("“{name}” is missing.", name=part.name),
                why,
                tr("Bring it back with: library restore {id}", id=part.id),
            )
