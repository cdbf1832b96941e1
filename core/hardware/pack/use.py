"""The pack put in the place of the bundled torch, before torch is imported. Nothing here can break the CPU's way.

Its libraries are loaded first, by their full paths: what is loaded already is taken, whatever `LD_LIBRARY_PATH` says,
which a frozen application sets for itself and many people for a CUDA of their own. torch 2.13 names its neighbours by
RPATH, which goes before that variable; NVIDIA's libraries name theirs by RUNPATH, which goes after.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Callable, Iterable
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from core.errors import LacunaError
from core.hardware.pack.place import Place, place_here
from core.hardware.pack.standing import State, look
from core.i18n import tr

GiveUp = Callable[[], NoReturn]
"""Starts the process anew: libraries that were loaded cannot be taken out again."""


def in_use() -> Place | None:
    """The pack that jobs run on; None for the bundled torch. Costs nothing where no pack was ever installed."""
    place = _with_packs()
    return place if place is not None and look().used else None


def _with_packs() -> Place | None:
    place = place_here()
    return place if place is not None and place.root.is_dir() else None


def activate(folder: Path, libraries: Iterable[str]) -> None:
    """Have `import torch` take the pack's; OSError where a library cannot be loaded."""
    for name in libraries:
        ctypes.CDLL(str(folder / name))
    sys.path.insert(0, str(folder))
    if getattr(sys, "frozen", False):
        sys.dont_write_bytecode = False  # the bundle brings its modules compiled; the pack's would be at each start


def prepare(told: Callable[[str], None], give_up: GiveUp) -> None:
    """Have the first import of torch take the pack, if it is to be used; nothing is loaded before.

    `told` hears why a pack that is there is not used. `give_up` is called when torch cannot be imported from it, once
    that is written down, so that the process which follows runs on the bundled torch.
    """
    if "torch" not in sys.modules and not any(isinstance(finder, _BeforeTorch) for finder in sys.meta_path):
        sys.meta_path.insert(0, _BeforeTorch(told, give_up))


class _BeforeTorch:
    """Is asked for every module that is imported, and decides when it is torch; leaves if that is the bundled one.

    Who looks whether there is a torch asks as well, as transformers does, and the import comes later.
    """

    def __init__(self, told: Callable[[str], None], give_up: GiveUp) -> None:
        self._told, self._give_up = told, give_up
        self._active: Place | None = None

    def find_spec(self, fullname: str, *_where: object) -> ModuleSpec | None:
        """The pack's torch, or None for whoever looks next."""
        if fullname != "torch":
            return None
        place = self._active or self._wanted()
        if place is None:
            sys.meta_path.remove(self)
            return None
        if self._active is None:
            self._activate(place)
        return self._spec(place)

    def _wanted(self) -> Place | None:
        try:
            place = _with_packs()
            if place is None:
                return None
            standing = look()
        except OSError as error:  # folders that cannot be looked into, on a disk that is failing, say
            self._told(tr("The GPU pack is not used: {why}.", why=error))
            return None
        if standing.state in (State.PROBLEM, State.STALE):
            self._told(" ".join(filter(None, (standing.words, standing.fix))))
        return place if standing.used else None

    def _activate(self, place: Place) -> None:
        try:
            activate(place.folder, place.sheet.libraries)
        except OSError as error:
            self.fail(place, error)
        self._active = place

    def _spec(self, place: Place) -> ModuleSpec | None:
        found = PathFinder.find_spec("torch")
        if found is None or found.origin is None:
            self.fail(place, ImportError(tr("{name} is missing.", name="torch")))
        loader = _Watched("torch", found.origin)
        loader.failed = lambda error: self.fail(place, error)
        return spec_from_file_location(
            "torch", found.origin, loader=loader, submodule_search_locations=found.submodule_search_locations
        )

    def fail(self, place: Place, error: Exception) -> NoReturn:
        """Write down why, and start anew without."""
        with contextlib.suppress(LacunaError):  # a folder that cannot be written to is no reason to stop
            place.note_problem(f"{type(error).__name__}: {error}")
        self._give_up()


class _Watched(SourceFileLoader):
    """Loads a module, and says when that fails."""

    failed: Callable[[Exception], NoReturn]

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code."""
        try:
            super().exec_module(module)
        except Exception as error:  # noqa: BLE001 - whatever torch does at import, the bundled one is there
            self.failed(error)
