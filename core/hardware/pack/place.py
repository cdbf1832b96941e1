"""Where packs lie, which one is whole, and what the person decided about them. No torch, no network.

```
<data folder>/gpu-pack/
  choice.json       "schema": 1; use: auto, always or never; accepted: the licence that was
  wheels/           what is there of a download that was not finished
  part/             a pack that is being put together
  2.13.0-cp311/     a pack; pack.json is its last file: no pack is whole without
```
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from core.errors import InputError
from core.files import atomic_write_text, storage
from core.folders import data_folder
from core.hardware.pack.sheet import Sheet, sheet_for_this_system
from core.i18n import tr
from core.schema import read_known, require_not_newer

SCHEMA = 1
USES = ("auto", "always", "never")
"""When a pack is used: where NVIDIA's driver answers, although none does, or not at all."""
VARIABLE = "LACUNA_GPU_PACK"
"""The environment's word on the same, which goes before what was decided."""
MARKER, _CHOICE = "pack.json", "choice.json"
_GONE = ".gone-"
"""What folders that are being deleted are called."""


@dataclass(frozen=True)
class Marker:
    """What a pack says of itself; `problem` is why its torch cannot be used, empty where it was tried and works."""

    torch: str
    python: str
    cuda: str
    problem: str = ""


@dataclass(frozen=True)
class Choice:
    """What the person decided: when to use the pack, and which licence they accepted."""

    use: str = "auto"
    accepted: str = ""


def packs_folder() -> Path:
    """Where packs are kept; it need not exist."""
    return data_folder() / "gpu-pack"


@dataclass(frozen=True)
class Place:
    """The folder of packs, for the pack of one sheet."""

    sheet: Sheet
    root: Path

    @property
    def folder(self) -> Path:
        """The pack."""
        return self.root / self.sheet.name

    @property
    def wheels(self) -> Path:
        """What was downloaded so far."""
        return self.root / "wheels"

    @property
    def part(self) -> Path:
        """Where the pack is put together."""
        return self.root / "part"

    def marker(self) -> Marker | None:
        """What the pack says of itself; None where it is not there, not whole, or of another torch or Python."""
        found = read_marker(self.folder)
        wanted = (self.sheet.torch, self.sheet.python)
        return found if found and (found.torch, found.python) == wanted else None

    def lost(self) -> str:
        """The first library that is no longer there; empty where none is lost."""
        return next((name for name in self.sheet.libraries if not (self.folder / name).is_file()), "")

    def others(self) -> tuple[Path, ...]:
        """Packs of another torch or Python, which an older or newer Lacuna made."""
        return tuple(path.parent for path in _markers(self.root) if path.parent not in (self.folder, self.part))

    def there_bytes(self) -> int:
        """What is there of a download that was not finished; what another version fetched does not count."""
        heads = tuple(f"{wheel.name.replace('-', '_')}-{wheel.version}-" for wheel in self.sheet.wheels)
        return sum(path.stat().st_size for path in self.wheels.glob("*.whl") if path.name.startswith(heads))

    def note_problem(self, problem: str) -> None:
        """Write down that the pack cannot be used, and why."""
        if (found := self.marker()) is not None:
            write_marker(self.folder, replace(found, problem=problem))

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keep other installations away meanwhile; InputError where one runs, STORAGE from the disk."""
        with storage(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / "lock", timeout=0)
            try:
                lock.acquire()
            except Timeout:
                raise InputError(tr("The GPU pack is being changed by another Lacuna.")) from None
            try:
                yield
            finally:
                lock.release()

    def remove(self) -> int:
        """Delete packs, of other versions too, and what was downloaded; the bytes that were freed."""
        with self.alone():
            folders = [path for path in self.root.iterdir() if path.is_dir()]
            freed = sum(folder_bytes(path) for path in folders if not path.is_symlink())
            for path in folders:
                discard(path)
        return freed

    def tidy(self) -> None:
        """Delete what an interrupted deletion left."""
        for path in self.root.glob(f"{_GONE}*"):
            discard(path)


def place_here() -> Place | None:
    """The place of this system's pack; None where there is none."""
    sheet = sheet_for_this_system()
    return Place(sheet, packs_folder()) if sheet else None


def read_marker(folder: Path) -> Marker | None:
    """What a pack says of itself; None for one that is not whole."""
    try:
        told = read_known(folder / MARKER, SCHEMA)
        return Marker(*(str(told[key]) for key in ("torch", "python", "cuda", "problem")))
    except (ValueError, KeyError):
        return None


def write_marker(folder: Path, marker: Marker) -> None:
    """Declare a pack whole, or say what is wrong with it."""
    _write(folder / MARKER, asdict(marker))


def choice(root: Path) -> Choice:
    """What was decided; the usual where nothing was, or where the file cannot be read. The environment goes first."""
    decided, use = _decided(root), os.environ.get(VARIABLE)
    return replace(decided, use=use if use in USES else "auto") if use else decided


def _decided(root: Path) -> Choice:
    try:
        told = read_known(root / _CHOICE, SCHEMA)
    except ValueError:
        told = {}
    use = told.get("use")
    return Choice(use if use in USES else "auto", str(told.get("accepted", "")))


def decide(root: Path, **given: str) -> None:
    """Write down what the person decides; InputError for another word, or where a newer Lacuna wrote the file."""
    made = replace(_decided(root), **given)
    if made.use not in USES:
        raise InputError(tr("It takes one of: {names}.", names=", ".join(USES)))
    require_not_newer(root / _CHOICE, SCHEMA)
    _write(root / _CHOICE, asdict(made))


def stamp(root: Path) -> tuple[int, ...]:
    """Changes when a pack comes or goes, is found to work or not, or when it is to be used is decided anew."""
    found: list[int] = []
    for path in (root / _CHOICE, *_markers(root)):
        with contextlib.suppress(OSError):  # another Lacuna may be deleting it
            found.append(path.stat().st_mtime_ns)
    return tuple(found)


def _markers(root: Path) -> list[Path]:
    """The markers of all packs, without those that are being deleted."""
    return sorted(path for path in root.glob(f"*/{MARKER}") if not path.parent.name.startswith("."))


def _write(path: Path, value: dict[str, Any]) -> None:
    atomic_write_text(path, json.dumps({"schema": SCHEMA} | value, ensure_ascii=False, indent=1))


def discard(folder: Path) -> None:
    """Delete a folder; it is gone under its name at once, so that an interruption leaves no half of a pack.

    Of a link to another disk the link goes, and what is there stays.
    """
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        away = folder.with_name(f"{_GONE}{secrets.token_hex(4)}")
        folder.rename(away)
        shutil.rmtree(away)


def folder_bytes(folder: Path) -> int:
    """What the files below a folder hold."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())
