"""Whether a pack's torch can be imported and computes, tried in a throwaway process: what it breaks breaks there."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from core.hardware.devices import driver, driver_gpus
from core.hardware.pack.aside import run_aside
from core.hardware.pack.sheet import Sheet
from core.hardware.pack.standing import unfit
from core.hardware.pack.use import activate
from core.i18n import tr


def try_pack(folder: Path, sheet: Sheet, cancelled: Callable[[], bool]) -> str:
    """Why the torch in the folder cannot be used; empty where it can. On a card that fits it must reach the card."""
    told: list[str] = []
    device = "cpu" if unfit(sheet, driver(), driver_gpus()) else "cuda"
    code = run_aside(_try, folder, sheet.libraries, device, heard=told.append, cancelled=cancelled)
    if told:
        return told[-1]
    return tr("Its process ended with code {code}.", code=code) if code else ""


def _try(pipe: Connection, folder: Path, libraries: tuple[str, ...], device: str) -> None:
    """Say what goes wrong, and nothing where nothing does."""
    try:
        activate(folder, libraries)
        torch = importlib.import_module("torch")
        if not Path(str(torch.__file__)).resolve().is_relative_to(folder.resolve()):
            raise ImportError(tr("Another torch was imported: {path}.", path=torch.__file__))
        torch.ones(2, 2, device=device).sum().item()
    except Exception as error:  # noqa: BLE001 - whatever torch does, it is a finding
        pipe.send_bytes(f"{type(error).__name__}: {error}".encode())
