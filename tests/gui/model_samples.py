"""A models folder to look at: two downloaded models, a judge, a file of one's own that has moved, and downloads."""

from __future__ import annotations

from pathlib import Path

from core.errors import FailureKind, LacunaError
from core.models.component import Component, Layout, Role, Source, stamp_of
from core.models.downloads import State, Status
from core.models.offers import offer
from core.models.registry import Registry
from gui.state.models_model import ModelsModel

DOWNLOADED = ("sd15", "animatediff-v1-5-3", "clip-judge")


def write_offered(root: Path, name: str) -> Component:
    """An offered model as if it had been downloaded: its files are there, and hold next to nothing."""
    found = offer(name)
    for file in found.files:
        path = root / name / file.place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")
    made = found.component(root / name, {"revision": "451f4fe16113bff5a5d2269ed5ad43b0592e9a14"})
    Registry(root).add(made)
    return made


def write_own(root: Path, name: str = "watercolour-v2") -> Component:
    """A checkpoint of the person's own, linked where it lies."""
    path = root.parent / "downloads" / f"{name}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\0" * 2048)
    known = {"unet": "sd1-unet", "vae": "sd-vae", "text_encoder": "clip-vit-l"}
    sources = {part: Source(path, Layout.CHECKPOINT, architecture) for part, architecture in known.items()}
    files = {str(path): stamp_of(path)}
    made = Component(name, "Watercolour v2", Role.BASE, "sd1", sources, files=files)
    Registry(root).add(made)
    return made


def write_models(root: Path) -> None:
    """All of them; the checkpoint has moved since."""
    for name in DOWNLOADED:
        write_offered(root, name)
    (place,) = write_own(root).files
    Path(place).rename(Path(place).with_suffix(".moved"))


def let_download(model: ModelsModel) -> None:
    """Let downloads look as if they were running, paused and failed."""
    lost = LacunaError(
        FailureKind.NETWORK,
        "“unet/diffusion_pytorch_model.safetensors” could not be downloaded.",
        "The connection was lost.",
        "Check the connection and start again: what is there is kept.",
    )
    states = {
        "sd21-base": Status(State.DOWNLOADING, 1_120_000_000, 2_580_000_000, 11_400_000, 128.0),
        "sdxl-base": Status(State.PAUSED, 2_310_000_000, 6_940_000_000),
        "animatelcm": Status(State.VERIFYING, 1_600_000_000, 1_950_000_000),
        "zeroscope-576w": Status(State.FAILED, 300_000_000, 4_300_000_000, error=lost),
    }
    for name, status in states.items():
        model.downloading.hear(name, status)
