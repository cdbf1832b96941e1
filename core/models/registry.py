"""The list of what is installed: `models.json` in the models folder, written whole, safe among several processes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filelock import FileLock

from core.errors import FailureKind, LacunaError
from core.files import atomic_write_text, read_object, storage
from core.folders import data_folder
from core.i18n import tr
from core.models.component import Component, HostCard, Layout, Role, Source, stamp_of
from core.settings import current

SCHEMA = 1
_NAME, _LOCK = "models.json", "models.lock"


def models_folder() -> Path:
    """Where downloaded models lie, and the list of all; the folder need not exist."""
    return data_folder() / Path(current().models or "models").expanduser()


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
        """Everything that is installed. LacunaError(DAMAGED) where the list cannot be read."""
        if not self.path.exists():
            return ()
        try:
            data = read_object(self.path)
            if data.get("schema") != SCHEMA:
                raise ValueError(tr("it was written by another version of Lacuna"))
            return tuple(_component(entry) for entry in data["components"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = tr("The list of models in “{path}” cannot be used.", path=self.path)
            fix = tr("Move the file away and add your models again; the models themselves are untouched.")
            raise LacunaError(FailureKind.DAMAGED, what, f"{error}.", fix) from error

    def get(self, name: str) -> Component | None:
        """The component of this id."""
        return next((component for component in self.components() if component.id == name), None)

    def add(self, component: Component) -> None:
        """Put a component on the list, in the place of one with the same id."""
        self._change(lambda known: [*(c for c in known if c.id != component.id), component])

    def remove(self, name: str) -> None:
        """Take a component off the list; its files stay where they are."""
        self._change(lambda known: [c for c in known if c.id != name])

    def _change(self, change: Callable[[tuple[Component, ...]], Iterable[Component]]) -> None:
        with storage(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        with FileLock(self.root / _LOCK):
            listed = [_plain(component) for component in change(self.components())]
            text = json.dumps({"schema": SCHEMA, "components": listed}, ensure_ascii=False, indent=1)
            atomic_write_text(self.path, text)


def _plain(component: Component) -> dict[str, Any]:
    data = asdict(component)
    return {
        **data,
        "sources": {part: {**source, "path": str(source["path"])} for part, source in data["sources"].items()},
    }


def _component(data: dict[str, Any]) -> Component:
    sources = {part: _source(source) for part, source in data.pop("sources").items()}
    host = data.pop("host", None)
    files = {path: (int(size), int(time)) for path, (size, time) in data.pop("files", {}).items()}
    role = Role(data.pop("role"))
    return Component(role=role, sources=sources, host=HostCard(**host) if host else None, files=files, **data)


def _source(data: dict[str, Any]) -> Source:
    return Source(Path(data["path"]), Layout(data.get("layout", "folder")), data.get("architecture", ""))
