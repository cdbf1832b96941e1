"""Models that are known by their architectures alone, and graphics cards of every size: what plans are made for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.hardware.devices import Device
from core.models.catalogue import FamilyCard, sheet
from core.models.component import HostCard, Source

GB = 10**9
NOWHERE = Path("nowhere")
UNETS = {"sd1": "sd1-unet", "sd2": "sd2-unet", "sdxl": "sdxl-unet"}
ANIMATEDIFF = HostCard(
    "animatediff",
    "AnimateDiff",
    "AnimateDiffPipeline",
    frames=16,
    fps=8,
    size=512,
    steps=25,
    guidance=7.5,
    folders={"unet": "unet", "motion_adapter": "animatediff/motion_adapter"},
)


ZEROSCOPE = HostCard(
    "zeroscope",
    "ZeroScope",
    "TextToVideoSDPipeline",
    frames=24,
    fps=8,
    size=576,
    height=320,
    steps=40,
    guidance=9.0,
    folders={"unet": "zeroscope/unet"},
)
BROUGHT = {
    "sd1": (ANIMATEDIFF, "animatediff/motion_adapter", "motion-adapter-v1-5-2"),
    "sd2": (ZEROSCOPE, "zeroscope/unet", "modelscope-unet3d"),
}


def model(family: str = "sd1") -> FamilyCard:
    """A model of a family; Stable Diffusion 1 has AnimateDiff, and 2 has ZeroScope."""
    kind = sheet(family)
    parts = {"unet": UNETS[family], "vae": "sd-vae", "judge": "clip-vit-b-32"}
    parts |= {encoder.part: encoder.architecture for encoder in kind.encoders}
    hosts = kind.hosts
    if family in BROUGHT:
        host, place, name = BROUGHT[family]
        hosts, parts = (*hosts, host), {**parts, place: name}
    sources = {part: Source(NOWHERE, architecture=name) for part, name in parts.items()}
    return replace(kind, name=f"my-{family}", hosts=hosts, sources=sources)


def gpu(gigabytes: float, free: float | None = None, capability: tuple[int, int] = (8, 6), number: int = 0) -> Device:
    """A graphics card of so many gigabytes, all of it free or so much."""
    left = gigabytes if free is None else free
    return Device(f"cuda:{number}", "Some GPU", int(gigabytes * GB), int(left * GB), capability=capability)
