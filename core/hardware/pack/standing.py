"""Where the GPU pack stands on this computer, in words: what it is good for, what is in its way, whether it is used."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum

from core.hardware.devices import Device, Driver, bundled_cuda, driver, driver_gpus
from core.hardware.pack.place import Choice, Place, choice, place_here
from core.hardware.pack.sheet import Sheet
from core.i18n import number, tr


class State(StrEnum):
    """Where it stands, for a program."""

    BUILT_IN = "built in"
    NO_CARD = "no card"
    NO_PACK = "no pack"
    UNFIT = "unfit"
    ABSENT = "absent"
    PARTIAL = "partial"
    STALE = "stale"
    PROBLEM = "problem"
    OFF = "off"
    READY = "ready"


OFFERED = frozenset((State.ABSENT, State.PARTIAL, State.STALE, State.PROBLEM))
"""States in which it can be installed."""


@dataclass(frozen=True)
class Standing:
    """Where it stands in words, and the one thing to do; `used` says whether jobs run on it."""

    state: State
    words: str
    fix: str = ""
    used: bool = False


def look() -> Standing:
    """Where it stands now. Asks driver and disk, so not for a GUI's thread."""
    return standing(place_here(), bundled_cuda(), driver(), driver_gpus())


def standing(place: Place | None, bundled: str, found: Driver | None, gpus: tuple[Device, ...]) -> Standing:
    """Where it stands beside a torch that ships built for CUDA `bundled` (empty: for the CPU), with these cards."""
    if bundled:
        return Standing(State.BUILT_IN, tr("The torch of this Lacuna is built for CUDA {version}.", version=bundled))
    if place is not None and place.marker() is not None:
        return _installed(place, place.sheet, found, gpus)
    if not gpus:
        return Standing(State.NO_CARD, tr("No NVIDIA graphics card was found."))
    if place is None:
        return _not_here(gpus[0].title)
    if (reason := unfit(place.sheet, found, gpus)) is not None:
        return Standing(State.UNFIT, *reason)
    return _offered(place, gpus[0].title)


def _not_here(title: str) -> Standing:
    if sys.platform == "win32":
        what = tr("{gpu} is there, and this is the Lacuna for the CPU.", gpu=title)
        return Standing(State.NO_PACK, what, tr("Download the variant of Lacuna for NVIDIA cards, and install it."))
    what = tr("There is no GPU pack for this system and this Python.")
    return Standing(State.NO_PACK, what, tr("Jobs run on the CPU."))


def _offered(place: Place, title: str) -> Standing:
    sheet = place.sheet
    if place.others():
        what = tr("The GPU pack belongs to another version of Lacuna, so jobs run on the CPU.")
        return Standing(State.STALE, what, tr("Install the pack of this version."))
    if there := place.there_bytes():
        what = tr("{done} of {total} are downloaded.", done=_gb(there), total=_gb(sheet.download_bytes))
        return Standing(State.PARTIAL, what, tr("Go on with the installation."))
    size = {"download": _gb(sheet.download_bytes), "disk": _gb(sheet.disk_bytes)}
    fix = tr("Install the GPU pack: {download} to download, {disk} on the disk.", **size)
    return Standing(State.ABSENT, tr("{gpu} is there, and Lacuna came with torch for the CPU.", gpu=title), fix)


def _installed(place: Place, sheet: Sheet, found: Driver | None, gpus: tuple[Device, ...]) -> Standing:
    decided, problem = choice(place.root), _problem(place)
    if problem:
        fix = tr("Install it again, or remove it. Meanwhile jobs run on the CPU.")
        return Standing(State.PROBLEM, tr("The GPU pack is not used: {why}.", why=problem.rstrip(".")), fix)
    if decided.use == "never":
        return Standing(State.OFF, tr("The GPU pack is there and switched off."))
    return _ready(sheet, decided, found, gpus)


def _problem(place: Place) -> str:
    marker = place.marker()
    if marker is not None and marker.problem:
        return marker.problem
    return tr("{name} is missing.", name=lost) if (lost := place.lost()) else ""


def _ready(sheet: Sheet, decided: Choice, found: Driver | None, gpus: tuple[Device, ...]) -> Standing:
    reason = unfit(sheet, found, gpus)
    if reason is None:
        what = tr(
            "Jobs can use {gpu}: torch {torch} for CUDA {cuda}.", gpu=gpus[0].title, torch=sheet.torch, cuda=sheet.cuda
        )
        return Standing(State.READY, what, used=True)
    if decided.use == "always":
        return Standing(State.READY, tr("The GPU pack is used, as you decided, although no card can be."), used=True)
    return Standing(State.READY, tr("The GPU pack is there. {why}", why=reason[0]), reason[1])


def unfit(sheet: Sheet, found: Driver | None, gpus: tuple[Device, ...]) -> tuple[str, str] | None:
    """Why driver or cards do not do for a pack, and the remedy; None where they do."""
    if found is None or not gpus:
        return tr("NVIDIA's driver does not answer, so jobs run on the CPU."), ""
    if found.cuda < sheet.cuda_major:
        what = tr("NVIDIA's driver {version} is too old for CUDA {cuda}.", version=found.version, cuda=sheet.cuda)
        return what, tr("Update the driver to {version} or newer.", version=sheet.driver)
    if not any(gpu.capability >= sheet.capability for gpu in gpus):
        what = tr("{gpu} is too old for CUDA {cuda}.", gpu=gpus[0].title, cuda=sheet.cuda)
        return what, tr("Jobs run on the CPU.")
    return None


def _gb(count: int) -> str:
    return tr("{amount} GB", amount=number(count / 1e9, ".1f"))
