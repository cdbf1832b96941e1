"""Erased encoders on their way out: for another tool, or as one file to pass on."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from core.errors import Cancelled, LacunaError
from core.i18n import tr
from core.library.bundle import SUFFIX
from core.library.exporters import TARGETS, Target, target
from core.library.fitting import model_for
from core.library.store import Library
from gui.state.saving import How, Savable, Saver, file_name
from gui.state.words import decimal, size
from gui.theme import volatile_settings

if TYPE_CHECKING:
    from core.library.row import Row
    from core.media.film import Tell

SHARES = {"0.9": 0.9, "0.99": 0.99, "0.999": 0.999}
"""How much of the change a small LoRA is asked to hold, by key."""
_TARGET = "save/encoder-target"


def _keep(path: Path, tell: Tell) -> None:
    """Say that all is written; where a person stopped it meanwhile, take it away again."""
    try:
        tell(1, 1)
    except Cancelled:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise


def bundle(folder: Path, entry: Row) -> Savable:
    """An entry of the library in `folder` as one file to pass on."""

    def write(path: Path, _how: How, tell: Tell) -> None:
        from core.library.bundle import pack
        from core.library.entry import require_manifest
        from core.library.fitting import licence_of

        found = Library(folder).get(entry.id)
        pack(found, path, licence_of(require_manifest(found)))
        _keep(path, tell)

    title = tr("Pass on “{name}”", name=entry.name)
    return Savable(title, file_name(entry.name), (SUFFIX,), write, kind="bundle")


class Exporter(Saver):
    """Writes an entry of the library in `folder` for the tool `target`, and keeps what is told of it as `facts`.

    `offered` are the tools that the entry's model can go to, `refused` says by name why it cannot go to the others.
    """

    def __init__(self, folder: Path, entry: Row, parent: QObject | None = None) -> None:
        title = tr("Export “{name}” for another tool", name=entry.name)
        suffixes = tuple({tool.suffix for tool in TARGETS})
        super().__init__(Savable(title, file_name(entry.name), suffixes, self._write, kind="encoder"), parent)
        self._from, self._entry = folder, entry.id
        self.share, self.facts = "0.99", dict[str, Any]()
        self._encoders, self.refused, self._missing = 1, dict[str, str](), ""
        self._ask_model(entry)
        self.offered = tuple(tool for tool in TARGETS if tool.name not in self.refused)
        kept = str(volatile_settings().value(_TARGET, ""))
        self.target = next((tool for tool in self.offered if tool.name == kept), self.offered[0])
        self.set_suffix(self._suffix(self.target))

    def _ask_model(self, entry: Row) -> None:
        try:
            model = model_for(entry)
            self._encoders = len(model.encoders)
            self.refused = {tool.name: why for tool in TARGETS if (why := tool.refusal(model))}
        except LacunaError as error:
            self._missing = str(error)

    def _suffix(self, tool: Target) -> str:
        return tool.suffix_for(self._encoders)

    @property
    def problem(self) -> str:
        """Why nothing can be written, in words; empty if it can."""
        return self._missing or super().problem

    def set_target(self, name: str) -> None:
        """Write for another tool."""
        self.target = target(name)
        volatile_settings().setValue(_TARGET, name)
        self.set_suffix(self._suffix(self.target))

    def set_share(self, key: str) -> None:
        """Ask a small LoRA for another share of the change."""
        self.share = key
        self.changed.emit()

    @property
    def told(self) -> str:
        """What was written, in words."""
        given = {"name": Path(self.facts["path"]).name, "size": size(self.facts["bytes"])}
        if "rank" not in self.facts:
            return tr("Saved as “{name}”: {size}.", **given)
        share = decimal(100 * self.facts["captured"])
        words = tr("Saved as “{name}”: {size}, rank {rank}, {share} % of the change.")
        return words.format(rank=self.facts["rank"], share=share, **given)

    def _write(self, path: Path, _how: How, tell: Tell) -> None:
        from core.library.exporters.gather import export_entry

        wish = {"captured": SHARES[self.share], "tell": tell}
        self.facts = export_entry(Library(self._from), self._entry, self.target.name, path, **wish)
        _keep(path, tell)
