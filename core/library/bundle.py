"""An entry as one file to pass on: `.lacuna`, a zip that plain tools can read, with SHA-256 over everything in it.

    lacuna.json            "format": "lacuna", "schema": 1; entry, name, family, base, licence, files by path
    LICENCE.txt, READ.txt  for people without Lacuna
    entry/…                the entry's folder as the library keeps it: manifest.json, delta.safetensors, …

A bundle comes from anywhere, so nothing in it is believed: its names, sizes, count and hashes are checked while it is
read, and a file is written only under a name that its own list of hashes holds.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import FailureKind, InputError, LacunaError
from core.files import parse_object, storage, sync_folder
from core.i18n import tr
from core.library.entry import MANIFEST, Entry, require_manifest, sha256
from core.library.filling import sources_in
from core.library.manifest import SCHEMA as MANIFEST_SCHEMA
from core.library.manifest import is_safe_path, json_text
from core.library.store import Library
from core.schema import Newer, newer_error, require_known, require_not_newer

SUFFIX = ".lacuna"
SCHEMA = 1
HEAD, INSIDE = "lacuna.json", "entry/"
FILE_LIMIT, COUNT_LIMIT, HEAD_LIMIT = 4_000_000_000, 2_000, 1_000_000
"""Bytes of all files unpacked, number of files, and bytes of the head: far above what Lacuna writes."""
_CHUNK = 1 << 20

_READ = """This is an erased text encoder, made with Lacuna.

entry/delta.safetensors holds, for every tensor that moved, the erased weight minus the original one. Add them, times
the "strength" in entry/manifest.json, to the text encoder whose SHA-256 fingerprint the manifest gives under "base".
entry/scorecard.json says what was measured; entry/previews shows the same prompt and seed before and after. What it
promises: the text door to the concept is closed. The denoisers still hold it.
"""


@dataclass(frozen=True)
class Contents:
    """What a bundle says it holds, to be shown before anything is taken in; `bytes` once unpacked."""

    name: str
    entry: str
    concepts: tuple[str, ...]
    family: str
    base: str
    licence: str
    files: Mapping[str, str]
    bytes: int


def pack(entry: Entry, path: Path, licence: str) -> Path:
    """Write an entry as a bundle; InputError where the file exists, LacunaError for a damaged entry or a full disk."""
    manifest = require_manifest(entry)
    goal = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
    if goal.exists():
        raise InputError(tr("“{path}” is already there.", path=goal), fix=tr("Choose another name."))
    sources = {MANIFEST: entry.folder / MANIFEST, **sources_in(entry.folder, manifest)}
    head = {
        "format": "lacuna",
        "schema": SCHEMA,
        "entry": manifest.id,
        "name": manifest.name,
        "concepts": list(manifest.gone),
        "family": manifest.family,
        "base": manifest.base,
        "licence": licence,
        "files": {file: _digest(source) for file, source in sources.items()},
    }
    part = goal.with_name(f".{goal.name}.{secrets.token_hex(4)}.part")
    try:
        with storage(goal):
            _write(part, head, sources)
            part.rename(goal)
            sync_folder(goal.parent)
    finally:
        part.unlink(missing_ok=True)
    return goal


def _write(path: Path, head: Mapping[str, Any], sources: Mapping[str, Path]) -> None:
    licence = f"The text encoder that this change belongs to is under: {head['licence']}.\n"
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in ((HEAD, json_text(dict(head))), ("READ.txt", _READ), ("LICENCE.txt", licence)):
            bundle.writestr(name, text)
        for file, source in sources.items():
            bundle.write(source, INSIDE + file)


def _digest(path: Path) -> str:
    with storage(path):
        return sha256(path)


def _refused(path: Path, why: str) -> InputError:
    fix = tr("Ask for it again from where you got it.")
    return InputError(tr("“{file}” cannot be taken in.", file=path.name), why, fix)


def inspect(path: Path) -> Contents:
    """What a bundle holds, by its head and its directory alone; InputError if it is none or looks made to harm."""
    if not path.is_file():
        raise InputError(tr("There is no file “{path}”.", path=path), fix=tr("Check the path."))
    try:
        with zipfile.ZipFile(path) as bundle:
            return _contents(path, bundle)
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        raise _refused(path, tr("It is no bundle, or it is cut off.")) from None
    except OSError as error:
        raise _refused(path, tr("The system says: {words}.", words=error.strerror or error)) from None


def _contents(path: Path, bundle: zipfile.ZipFile) -> Contents:
    members = bundle.infolist()
    if why := _suspicious(members):
        raise _refused(path, why)
    head = _head(path, bundle, members)
    found = {member.filename.removeprefix(INSIDE) for member in members if member.filename.startswith(INSIDE)}
    if found != set(head["files"]) or MANIFEST not in found:
        raise _refused(path, tr("Its list of files does not match what is in it."))
    size = sum(member.file_size for member in members)
    concepts = tuple(map(str, head["concepts"]))
    texts = {key: head[key] for key in ("name", "entry", "family", "base", "licence")}
    return Contents(**texts, concepts=concepts, files=head["files"], bytes=size)


def _suspicious(members: list[zipfile.ZipInfo]) -> str:
    """What is wrong with the directory of a bundle, in words; empty if nothing is."""
    names = [member.filename for member in members]
    if len(names) > COUNT_LIMIT or len(set(names)) < len(names):
        return tr("It holds too many files, or one of them twice.")
    if not all(map(is_safe_path, names)):
        return tr("One of its files would land outside its folder.")
    if any(member.flag_bits & 1 or (member.external_attr >> 16) & 0o170000 == 0o120000 for member in members):
        return tr("It holds a link or an encrypted file.")
    if sum(member.file_size for member in members) > FILE_LIMIT:
        return tr("It would fill {size} GB of disk.", size=FILE_LIMIT // 1_000_000_000)
    return ""


_HEAD_FIELDS: dict[str, type] = {
    **dict.fromkeys(("name", "entry", "family", "base", "licence"), str),
    "concepts": list,
    "files": dict,
}


def _head(path: Path, bundle: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> dict[str, Any]:
    info = next((member for member in members if member.filename == HEAD), None)
    try:
        if info is None or info.file_size > HEAD_LIMIT:
            raise ValueError(tr("it is missing or too large"))
        with bundle.open(info) as file:
            head = parse_object(file.read(HEAD_LIMIT + 1))
        if head.get("format") != "lacuna":
            raise ValueError(tr("it is of another kind or version"))
        require_known(head, SCHEMA)
        if wrong := [key for key, kind in _HEAD_FIELDS.items() if not isinstance(head.get(key), kind)]:
            raise ValueError(tr("it lacks {fields}", fields=", ".join(wrong)))
    except Newer:
        raise newer_error(path) from None
    except (ValueError, zipfile.BadZipFile) as error:
        raise _refused(path, f"{HEAD}: {error}.") from None
    return head


def unpack(path: Path, library: Library) -> Entry:
    """Take a bundle into the library, every byte checked on the way; nothing of a bad one stays.

    InputError for what is no sound bundle or is in the library already, LacunaError(DAMAGED) for an entry that is not
    as it was packed, LacunaError(STORAGE) for a full disk. An entry whose model is not here is kept, too.
    """
    contents = inspect(path)
    with storage(library.root), tempfile.TemporaryDirectory(prefix=".import-", dir=library.root) as scratch:
        folder = Path(scratch, contents.entry if is_safe_path(contents.entry) else "entry")
        if shutil.disk_usage(scratch).free < 2 * contents.bytes:
            why = tr("It needs {size} MB for a moment.", size=2 * contents.bytes // 1_000_000)
            raise LacunaError(FailureKind.STORAGE, tr("The disk is too full."), why, tr("Free some space."))
        with zipfile.ZipFile(path) as bundle:
            for file, digest in contents.files.items():
                _extract(path, bundle, file, digest, folder / file)
        require_not_newer(folder / MANIFEST, MANIFEST_SCHEMA, path)
        return library.adopt(folder)


def _extract(path: Path, bundle: zipfile.ZipFile, file: str, digest: object, target: Path) -> None:
    """Write one file and compare it; never more bytes than its entry in the directory says."""
    info, found = bundle.getinfo(INSIDE + file), hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    left = info.file_size
    try:
        with bundle.open(info) as source, target.open("xb") as out:
            while chunk := source.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _refused(path, tr("{file} is larger than it says.", file=file))
                found.update(chunk)
                out.write(chunk)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError):
        raise _refused(path, tr("{file} is broken.", file=file)) from None
    if found.hexdigest() != digest:
        raise _refused(path, tr("{file} is not as it was packed.", file=file))
