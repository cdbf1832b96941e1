"""Which clips stand side by side: those of an entry, of several entries, of files, or of takes, each pane explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from core.errors import InputError
from core.i18n import tr
from core.library.entry import Entry
from core.library.manifest import Manifest
from core.media.beside import CLIPS, PICTURES, about, is_clip

MOST = 6
"""Panes that stand side by side at most."""

TITLES = {"before": tr("Before"), "negative": tr("Negative prompt"), "after": tr("After")}
NOTES = {
    "before": tr("The original encoder"),
    "negative": tr("The original encoder, told to avoid it"),
    "after": tr("The erased encoder, same prompt and seed"),
}


class Made(Protocol):
    """A file with what made it; the gallery's takes are such."""

    @property
    def path(self) -> Path:
        """The clip or picture."""
        ...

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Prompt, seed, family, host, encoder and settings."""
        ...


@dataclass(frozen=True)
class Pane:
    """One clip of a comparison. `key` is unique in it; `role` is `before`, `negative`, `after` or `file`.

    `metadata` is what stood beside the file; what stands only inside is known once it is decoded.
    """

    key: str
    title: str
    note: str
    role: str
    path: Path
    metadata: Mapping[str, Any] = field(default_factory=dict)
    entry: Entry | None = None


@dataclass(frozen=True)
class Comparison:
    """Clips on one clock; `prompt`, `seed` (None), `host` and `family` are empty where the panes do not share one."""

    title: str
    panes: tuple[Pane, ...]
    prompt: str = ""
    seed: int | None = None
    host: str = ""
    family: str = ""


def hosts_of(entry: Entry) -> list[str]:
    """The hosts an entry has clips or pictures of, clips first, without reading any of them."""
    found = {host for column, host, _ in _previews(entry) if column in TITLES}
    return sorted(found, key=lambda host: (host == "still", host))


def of_entry(entry: Entry) -> dict[str, Comparison]:
    """By host: before, negative prompt and after of one entry; nothing where its description is lost."""
    if entry.manifest is None:
        return {}
    return {host: _comparison([entry], host) for host in hosts_of(entry)}


def of_entries(entries: Sequence[Entry]) -> dict[str, Comparison]:
    """By host: several entries of one family side by side; InputError where their families differ.

    Entries of the same prompt, seed and base share the panes of the original encoder; another entry brings its own,
    and every note then says which prompt and seed the pane has.
    """
    sound = [entry for entry in entries if entry.manifest is not None]
    _one_family(entry.manifest.family for entry in sound if entry.manifest)
    if len(sound) == 1:
        return of_entry(sound[0])
    hosts = dict.fromkeys(host for entry in sound for host in hosts_of(entry))
    return {host: _comparison(sound, host) for host in sorted(hosts, key=lambda host: (host == "still", host))}


def of_files(paths: Sequence[Path]) -> Comparison:
    """Clips, pictures, folders of numbered pictures, or folders of clips, as they are; InputError for none or many."""
    files = [file for path in paths for file in _files(path)]
    _few(len(files), tr("Clips are WebM, MP4, AVI, MKV, MOV and GIF; pictures are PNG, JPEG, WebP and BMP."))
    panes = [_file_pane(index, path) for index, path in enumerate(files, 1)]
    return _shared(" · ".join(path.name for path in files), panes)


def of_takes(takes: Sequence[Made]) -> Comparison:
    """Takes of one family, those of the same prompt, seed and host beside each other; InputError where they mix."""
    _few(len(takes), tr("Choose some takes of the gallery."))
    _one_family(_text(take, "family") for take in takes)
    first = {_shot(take): index for index, take in reversed(list(enumerate(takes)))}
    ordered = sorted(takes, key=lambda take: (first[_shot(take)], _rank(take)))
    panes = [_take_pane(index, take, len(first) > 1) for index, take in enumerate(ordered, 1)]
    return _shared(" · ".join(dict.fromkeys(pane.title for pane in panes)), panes)


def _previews(entry: Entry) -> Iterator[tuple[str, str, Path]]:
    """Column, host and path of every preview."""
    for stem, path in entry.previews.items():
        column, _, host = stem.partition("-")
        yield column, host, path


def _comparison(entries: Sequence[Entry], host: str) -> Comparison:
    groups: dict[object, list[tuple[Entry, Manifest]]] = {}
    for entry in entries:
        if manifest := entry.manifest:
            groups.setdefault((manifest.prompt, manifest.seed, manifest.base), []).append((entry, manifest))
    panes = [pane for group in groups.values() for pane in _group(group, host, len(entries), len(groups))]
    first = next(iter(groups.values()))[0][1]
    same = len({(prompt, seed) for prompt, seed, _ in map(_asked, groups.values())}) == 1
    title = " · ".join(entry.name for entry in entries)
    prompt, seed = (first.prompt, first.seed) if same else ("", None)
    return Comparison(title, tuple(panes), prompt, seed, host, first.family)


def _asked(group: list[tuple[Entry, Manifest]]) -> tuple[str, int, str]:
    manifest = group[0][1]
    return manifest.prompt, manifest.seed, manifest.base


def _group(group: list[tuple[Entry, Manifest]], host: str, entries: int, groups: int) -> Iterator[Pane]:
    """The panes of entries with one prompt and seed: what the original encoder shows once, then each erased one."""
    found: dict[str, list[tuple[Entry, Path, dict[str, Any]]]] = {column: [] for column in TITLES}
    for entry, _ in group:
        for column, of_host, path in _previews(entry):
            if column in TITLES and of_host == host:
                found[column].append((entry, path, about(path)))
    seen: set[object] = set()
    for column, clips in found.items():
        for entry, path, metadata in clips:
            mark = (column, entry.id if column == "after" else str(metadata.get("negative_prompt", "")))
            if mark not in seen:
                seen.add(mark)
                yield _entry_pane(column, entry, path, metadata, entries > 1, groups > 1)


def _entry_pane(
    column: str, entry: Entry, path: Path, metadata: dict[str, Any], several: bool, differing: bool
) -> Pane:
    avoided = str(metadata.get("negative_prompt", ""))
    title, note = TITLES[column], NOTES[column]
    if several and column == "after":
        title = tr("After: {name}", name=entry.name)
    elif several and column == "negative" and avoided:
        note = tr("The original encoder, told to avoid “{words}”", words=avoided)
    if differing and entry.manifest:
        note = tr("“{prompt}”, seed {seed}", prompt=entry.manifest.prompt, seed=entry.manifest.seed)
    key = f"{column}-{entry.id}" if several else column
    return Pane(key, title, note, column, path, metadata, entry)


def _files(path: Path) -> list[Path]:
    """The file itself, or the clips in a folder that is no clip of numbered pictures."""
    if not path.exists():
        raise InputError(tr("There is no clip “{path}”.", path=path), fix=tr("Check the path."))
    if path.is_dir() and not is_clip(path):
        return sorted(file for file in path.iterdir() if file.suffix.lower() in (*CLIPS, *PICTURES) and file.is_file())
    return [path]


def _few(count: int, fix: str) -> None:
    if not count:
        raise InputError(tr("There is nothing to compare."), fix=fix)
    if count > MOST:
        what = tr("{count} clips are too many to stand side by side.", count=count)
        raise InputError(what, fix=tr("Choose at most {most}.", most=MOST))


def _one_family(families: Iterable[str]) -> None:
    """Refuse clips of different families: their encoders share nothing that could be compared."""
    found = [family for family in dict.fromkeys(families) if family]
    if len(found) > 1:
        raise InputError(
            tr("These belong to different models and cannot be compared."),
            tr("They were made for {models}.", models=", ".join(f"“{family}”" for family in found)),
            tr("Choose some that were made for the same model."),
        )


def _file_pane(index: int, path: Path) -> Pane:
    metadata = about(path)
    note = str(metadata.get("prompt", "")) or str(path.parent)
    return Pane(f"file-{index}", path.name, note, "file", path, metadata)


def _text(take: Made, name: str) -> str:
    value = take.metadata.get(name)
    return "" if value is None else str(value)


def _shot(take: Made) -> tuple[str, ...]:
    """What takes must share to be compared fairly."""
    return tuple(_text(take, name) for name in ("prompt", "seed", "host"))


def _role(take: Made) -> str:
    if _text(take, "encoder") not in ("", "original"):
        return "after"
    return "negative" if _text(take, "negative_prompt") else "before"


def _rank(take: Made) -> int:
    return list(TITLES).index(_role(take))


def _take_pane(index: int, take: Made, differing: bool) -> Pane:
    role, encoder = _role(take), _text(take, "encoder_name") or _text(take, "encoder")
    title = encoder if role == "after" else TITLES[role]
    note = tr("“{prompt}”, seed {seed}", prompt=_text(take, "prompt"), seed=_text(take, "seed"))
    if not differing:
        note = _take_note(role, take)
    return Pane(f"take-{index}", title, note, role, take.path, dict(take.metadata))


def _take_note(role: str, take: Made) -> str:
    if role == "negative":
        return tr("The original encoder, told to avoid “{words}”", words=_text(take, "negative_prompt"))
    strength = take.metadata.get("strength")
    if role == "after" and isinstance(strength, int | float) and abs(strength) < 1e300:
        return tr("The erased encoder at strength {strength}", strength=f"{strength:g}")
    return NOTES[role]


def _shared(title: str, panes: Sequence[Pane]) -> Comparison:
    """A comparison that tells of prompt, seed, host and family what all of its panes have in common."""
    common = {name: _common(panes, name) for name in ("prompt", "seed", "host", "family")}
    seed = common["seed"] if isinstance(common["seed"], int) else None
    prompt, host, family = (str(common[name] or "") for name in ("prompt", "host", "family"))
    return Comparison(title, tuple(panes), prompt, seed, host, family)


def _common(panes: Sequence[Pane], name: str) -> object:
    values = {repr(pane.metadata.get(name)): pane.metadata.get(name) for pane in panes}
    return next(iter(values.values())) if len(values) == 1 else None
