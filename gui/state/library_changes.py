"""What can be done to entries of the library, each as a piece of work that knows its way back; no thread, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.errors import InputError, LacunaError
from core.i18n import number, tr
from core.library.entry import Entry, require_manifest
from core.library.filling import entry_folders
from core.library.store import Library


@dataclass(frozen=True)
class Outcome:
    """What a piece of work did: words for a person, the entries it touched or made, and the way back if there is one.

    `problem` is why some of it could not be done; `text` is empty if nothing was.
    """

    text: str = ""
    ids: tuple[str, ...] = ()
    back: Work | None = None
    problem: str = ""


Work = Callable[[Library], Outcome]
Ids = Sequence[str]


@dataclass(frozen=True)
class Change:
    """A change that was made: what to tell, which entries it touched or made, and whether it can be undone."""

    text: str
    ids: tuple[str, ...]
    back: Work | None = None


@dataclass(frozen=True)
class _Done:
    """The entries that something was done to, and why it could not be done to the first of the others."""

    entries: tuple[Entry, ...]
    problem: str

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(entry.id for entry in self.entries)

    def told(self, one: str, many: str) -> str:
        """`one` with its {name} for a single entry, `many` with its {count} for several, nothing for none."""
        if len(self.entries) == 1:
            return one.format(name=self.entries[0].name)
        return many.format(count=len(self.entries)) if self.entries else ""


def _each(ids: Iterable[str], act: Callable[[str], Entry]) -> _Done:
    """Do the same to several entries; what fails for one is remembered and stops no other."""
    made: list[Entry] = []
    problem = ""
    for id in ids:
        try:
            made.append(act(id))
        except LacunaError as error:
            problem = problem or str(error)
    return _Done(tuple(made), problem)


def _outcome(done: _Done, text: str, back: Work | None) -> Outcome:
    return Outcome(text, done.ids, back if done.entries else None, done.problem)


def _all(
    ids: Sequence[str], act: Callable[[Library, str], Entry], words: tuple[str, str], back: Callable[[Ids], Work]
) -> Work:
    """Do the same to several entries; `words` tell of one and of many, and `back` undoes it for those that it made."""

    def work(library: Library) -> Outcome:
        done = _each(ids, partial(act, library))
        return _outcome(done, done.told(*words), back(done.ids))

    return work


def trash(ids: Sequence[str]) -> Work:
    """Move entries to the trash."""
    words = (tr("“{name}” was moved to the trash."), tr("{count} entries were moved to the trash."))
    return _all(ids, Library.trash, words, restore)


def restore(ids: Sequence[str]) -> Work:
    """Bring entries back from the trash."""
    words = (tr("“{name}” is back in the library."), tr("{count} entries are back in the library."))
    return _all(ids, Library.restore, words, trash)


def rename(id: str, name: str) -> Work:
    """Give an entry another name."""

    def work(library: Library) -> Outcome:
        was = library.get(id).name
        now = library.rename(id, name)
        return Outcome(tr("“{old}” is now called “{new}”.", old=was, new=now.name), (id,), rename(id, was))

    return work


@dataclass(frozen=True)
class Note:
    """What a person wrote about an entry; None stays as it is."""

    notes: str | None = None
    tags: tuple[str, ...] | None = None
    stars: int | None = None

    def over(self, entry: Entry) -> Note:
        """What the entry says now about all that this note replaces."""
        m = require_manifest(entry)
        return Note(
            None if self.notes is None else m.notes,
            None if self.tags is None else m.tags,
            None if self.stars is None else m.stars,
        )


def annotate(notes: dict[str, Note]) -> Work:
    """Put each entry's note in place of what it says."""
    return retag(list(notes), lambda entry: notes[entry.id])


def add_tags(ids: Sequence[str], tags: Iterable[str]) -> Work:
    """Give entries more tags."""
    added = tuple(tags)
    return retag(ids, lambda entry: Note(tags=(*require_manifest(entry).tags, *added)))


def remove_tags(ids: Sequence[str], tags: Iterable[str]) -> Work:
    """Take tags off entries, whatever their case."""
    gone = {tag.casefold() for tag in tags}
    return retag(ids, lambda e: Note(tags=tuple(t for t in require_manifest(e).tags if t.casefold() not in gone)))


def retag(ids: Sequence[str], note_for: Callable[[Entry], Note]) -> Work:
    """Write notes, tags or stars, and know what stood there."""

    def work(library: Library) -> Outcome:
        before: dict[str, Note] = {}

        def act(id: str) -> Entry:
            entry = library.get(id)
            note = note_for(entry)
            was = note.over(entry)
            made = library.annotate(id, notes=note.notes, tags=note.tags, stars=note.stars)
            before[id] = was
            return made

        done = _each(ids, act)
        text = done.told(tr("“{name}” was changed."), tr("{count} entries were changed."))
        return _outcome(done, text, annotate(before))

    return work


def duplicate(ids: Sequence[str]) -> Work:
    """Copy entries."""
    return _all(ids, Library.duplicate, (tr("A copy was made: “{name}”."), tr("{count} copies were made.")), trash)


def strengthen(id: str, strength: float, *, replace: bool = False) -> Work:
    """Copy an entry with another strength; with `replace` the copy takes its name and the entry goes to the trash."""

    def work(library: Library) -> Outcome:
        name = library.get(id).name
        made = library.duplicate(id, strength=strength)
        if not replace:
            given = {"name": made.name, "strength": number(strength, "g")}
            text = tr("“{name}” was made, with the strength {strength}.", **given)
            return Outcome(text, (made.id,), trash([made.id]))
        library.trash(id)
        library.rename(made.id, name)
        text = tr("“{name}” now has the strength {strength}.", name=name, strength=number(strength, "g"))
        return Outcome(text, (made.id,), swap(made.id, id))

    return work


def swap(out: str, back: str) -> Work:
    """Put one entry into the trash and bring another back under the name it had."""

    def work(library: Library) -> Outcome:
        library.trash(out)
        entry = library.restore(back)
        text = tr("“{name}” is back in the library.", name=entry.name)
        return Outcome(text, (back,), swap(back, out))

    return work


def adopt(folders: Sequence[Path]) -> Work:
    """Copy entries from elsewhere into the library: folders of entries, or folders that hold some."""

    def work(library: Library) -> Outcome:
        found = [inside for folder in folders for inside in entry_folders(folder)]
        if not found:
            what = tr("There is no entry in “{folder}”.", folder=folders[0] if folders else "")
            raise InputError(what, fix=tr("Choose the folder of an entry."))
        done = _each(map(str, found), lambda folder: library.adopt(Path(folder)))
        text = done.told(tr("“{name}” was taken into the library."), tr("{count} entries were taken into the library."))
        return _outcome(done, text, trash(done.ids))

    return work


def unpack(bundles: Sequence[Path]) -> Work:
    """Take bundles into the library."""

    def work(library: Library) -> Outcome:
        from core.library.bundle import unpack as take_in

        done = _each(map(str, bundles), lambda path: take_in(Path(path), library))
        text = done.told(tr("“{name}” was taken into the library."), tr("{count} entries were taken into the library."))
        return _outcome(done, text, trash(done.ids))

    return work


def relink(id: str, folder: Path) -> Work:
    """Bring a missing entry back from where its folder is now."""

    def work(library: Library) -> Outcome:
        entry = library.relink(id, folder)
        return Outcome(tr("“{name}” is back in the library.", name=entry.name), (id,))

    return work


def forget(ids: Sequence[str]) -> Work:
    """Take missing entries off the list."""

    def work(library: Library) -> Outcome:
        for id in ids:
            library.forget(id)
        return Outcome(tr("Taken off the list."), tuple(ids))

    return work


def purge(ids: Sequence[str]) -> Work:
    """Delete entries of the trash for good."""

    def work(library: Library) -> Outcome:
        for id in ids:
            library.purge(id)
        return Outcome(_deleted(len(ids)))

    return work


def empty_trash(library: Library) -> Outcome:
    """Delete everything in the trash for good."""
    return Outcome(_deleted(library.empty_trash()))


def rescan(library: Library) -> Outcome:
    """Look at every folder again, and tell what had changed."""
    found = library.rescan()
    if not found:
        return Outcome(tr("Nothing has changed outside."))
    counts = {"added": len(found.added), "changed": len(found.changed), "vanished": len(found.vanished)}
    ids = (*found.added, *found.changed, *found.vanished)
    return Outcome(tr("Read again: {added} new, {changed} changed, {vanished} missing.", **counts), ids)


def _deleted(count: int) -> str:
    if count == 1:
        return tr("One entry was deleted for good.")
    return tr("{count} entries were deleted for good.", count=count)
