"""The list of what is installed: `models.json` in the models folder, written whole, safe among several processes."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock

from core.errors import FailureKind, InputError, LacunaError
from core.files import atomic_write_text, storage
from core.folders import at_home, data_folder
from core.i18n import tr
from core.models.component import Component, HostCard, Layout, Role, Source, stamp_of
from core.resources import resource
from core.schema import Newer, newer_error, read_known
from core.settings import current

SCHEMA = 1
_NAME, _LOCK = "models.json", "models.lock"


def models_folder() -> Path:
    """Where downloaded models lie, and the list of all; the folder need not exist."""
    return data_folder() / at_home(current().models or "models")


def absence() -> str:
    """In words, that the models folder which a person chose is not there, as on a disk that is not connected; or ""."""
    if not current().models or models_folder().is_dir():
        return ""
    return tr("The folder for models “{path}” is not there: is its disk connected?", path=models_folder())


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Keep other processes away meanwhile, by a lock at this path; LacunaError(STORAGE) where there can be none."""
    with storage(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path):
            yield


class Registry:
    """The installed components of one models folder."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or models_folder()
        self.path = self.root / _NAME

    @property
    def stamp(self) -> tuple[str, int, int]:
        """Changes when the list does."""
        return str(self.path), *stamp_of(self.path)

    def components(self) -> tuple[Component, ...]:
        """Everything that is installed. LacunaError(DAMAGED) where the list is broken, INPUT where it is newer."""
        if not self.path.exists():
            return ()
        try:
            return tuple(_component(entry) for entry in read_known(self.path, SCHEMA)["components"])
        except Newer:
            raise newer_error(self.path) from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = tr("The list of models in “{path}” cannot be used.", path=self.path)
            fix = tr("Move the file away and add your models again; the models themselves are untouched.")
            raise LacunaError(FailureKind.DAMAGED, what, f"{error}.", fix) from error

    def get(self, name: str) -> Component | None:
        """The component of this id."""
        return next((component for component in self.components() if component.id == name), None)

    def add(self, component: Component) -> None:
        """Put a component on the list, in the place of one with the same id."""
        self.insert(lambda _known: component)

    def insert(self, make: Callable[[tuple[Component, ...]], Component]) -> Component:
        """Put on the list what `make` makes, given what is listed; no other process changes the list meanwhile."""
        with locked(self.root / _LOCK):
            known = self.components()
            made = make(known)
            self._write([*(c for c in known if c.id != made.id), made])
        return made

    def remove(self, name: str) -> None:
        """Take a component off the list; its files stay where they are."""
        with locked(self.root / _LOCK):
            self._write(c for c in self.components() if c.id != name)

    def _write(self, components: Iterable[Component]) -> None:
        listed = [_plain(component) for component in components]
        atomic_write_text(self.path, json.dumps({"schema": SCHEMA, "components": listed}, ensure_ascii=False, indent=1))


def require_unused(component: Component, known: Iterable[Component]) -> None:
    """InputError where a host of another component runs with this one, as a LoRA's does with its motion adapter."""
    for other in known:
        if other.host and any(place.startswith(f"{component.id}/") for place in other.host.folders.values()):
            what = tr("“{title}” is used by “{other}”.", title=component.title, other=other.title)
            raise InputError(what, fix=tr("Forget “{other}” first.", other=other.title))


def _plain(component: Component) -> dict[str, Any]:
    data = asdict(component)
    return {
        **data,
        "sources": {part: {**source, "path": str(source["path"])} for part, source in data["sources"].items()},
    }


def _component(data: dict[str, Any]) -> Component:
    _require_sound(data)
    sources = {part: _source(source) for part, source in data.pop("sources").items()}
    host = data.pop("host", None)
    files = {str(_path(path)): (int(size), int(time)) for path, (size, time) in data.pop("files", {}).items()}
    role = Role(data.pop("role"))
    return Component(role=role, sources=sources, host=HostCard(**host) if host else None, files=files, **data)


def _require_sound(entry: dict[str, Any]) -> None:
    """ValueError for what would fail wherever it is used: no names, an unknown family, a judge without its files."""
    texts = [entry["id"], entry["title"], entry["family"], entry.get("licence", ""), entry.get("catalogue", "")]
    kinds = all(isinstance(text, str) for text in texts) and isinstance(entry.get("settings", {}), dict)
    family = entry["family"] in _families() or (entry["family"] == "" and entry["role"] != Role.BASE)
    if not kinds or not family or (entry["role"] == Role.JUDGE and "judge" not in entry["sources"]):
        raise ValueError(tr("its entry “{name}” is broken", name=entry["id"]))


@cache
def _families() -> frozenset[str]:
    return frozenset(path.stem for path in resource("families").glob("*.toml"))


def _source(data: dict[str, Any]) -> Source:
    return Source(_path(data["path"]), Layout(data.get("layout", "folder")), data.get("architecture", ""))


def _path(text: str) -> Path:
    """A path of the list; ValueError for one that no system takes."""
    if "\0" in text:
        raise ValueError(tr("it names a path that is none"))
    return Path(text)
