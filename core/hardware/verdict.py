"""Whether a plan fits a device, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.hardware.devices import Device
from core.hardware.plan import Plan
from core.i18n import number, tr

GB = 1e9
ROOM = 0.75
"""Share of the free memory up to which a job is comfortable."""
MARGIN = 0.94
"""Share of the free memory that a plan may fill: estimates are good to a tenth, and free memory falls apart in use."""


class Fit(StrEnum):
    """How well a job fits: with room, just so, with parts of the model waiting outside, or not at all."""

    COMFORTABLE = "comfortable"
    TIGHT = "tight"
    OFFLOAD = "will offload"
    NO = "will not fit"

    @property
    def words(self) -> str:
        """What a person reads."""
        return _WORDS[self]


_WORDS = {
    Fit.COMFORTABLE: tr("comfortable"),
    Fit.TIGHT: tr("tight"),
    Fit.OFFLOAD: tr("will offload"),
    Fit.NO: tr("will not fit"),
}


@dataclass(frozen=True)
class Verdict:
    """How well a job fits, why, and what to do; `fix` is empty where nothing need be done."""

    fit: Fit
    why: str
    fix: str = ""


def fits(needed: int, free: int) -> bool:
    """Whether a job that needs so many bytes may start with so many free."""
    return needed <= MARGIN * free


def is_comfortable(needed: int, free: int) -> bool:
    """Whether a job that needs so many bytes leaves room for other things."""
    return needed <= ROOM * free


def verdict(plan: Plan, needed: int, device: Device) -> Verdict:
    """The verdict on a plan that needs `needed` bytes at its peak on a device as it is now."""
    needs = tr("It needs about {needed} of {free} that are free.", needed=_gb(needed), free=_gb(device.free_bytes))
    if not fits(needed, device.free_bytes):
        return Verdict(Fit.NO, needs, _advice(needed, device))
    why = [needs]
    if plan.offload != "none":
        why += [tr("Parts of the model wait in the computer's memory until it is their turn: slower, but it works.")]
    if plan.scale < 1:
        why += [tr("Pictures and clips are made smaller than usual.")]
    return Verdict(_fit(plan, needed, device), " ".join(why))


def _fit(plan: Plan, needed: int, device: Device) -> Fit:
    if plan.offload != "none":
        return Fit.OFFLOAD
    return Fit.COMFORTABLE if plan.scale == 1 and is_comfortable(needed, device.free_bytes) else Fit.TIGHT


def _advice(needed: int, device: Device) -> str:
    if fits(needed, device.memory_bytes):
        return tr("Close other programs that use the graphics memory.")
    return tr("Choose a smaller model or another host, fewer frames, or another device.")


def _gb(count: int) -> str:
    return tr("{amount} GB", amount=number(count / GB, ".1f"))
