"""How many numbers the parts of a model hold, from the headers of its files or the sizes of known architectures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.files import read_object
from core.models.catalogue import FamilyCard
from core.models.component import HostCard, Layout, Source, stamp_of
from core.models.headers import Held, read_header
from core.models.recipe import TINY, recipe, sizes

_IN_CHECKPOINT = {
    "unet": ("model.diffusion_model.",),
    "vae": ("first_stage_model.",),
    "text_encoder": ("cond_stage_model.", "conditioner.embedders.0."),
    "text_encoder_2": ("conditioner.embedders.1.",),
}
"""How the tensors of a part begin in a file that holds all parts of a model."""

USUAL = {
    ("sd1", "unet"): "sd1-unet",
    ("sd1", "text_encoder"): "clip-vit-l",
    ("sd2", "unet"): "sd2-unet",
    ("sd2", "text_encoder"): "openclip-vit-h",
    ("sdxl", "unet"): "sdxl-unet",
    ("sdxl", "text_encoder"): "clip-vit-l",
    ("sdxl", "text_encoder_2"): "openclip-vit-bigg",
}
"""The architecture of a family's part where its files do not say."""

_BY_ROLE = {
    "vae": "sd-vae",
    "judge": "clip-vit-b-32",
    "motion_adapter": "motion-adapter-v1-5-2",
    "text_encoder": "clip-vit-l",
    "text_encoder_2": "openclip-vit-bigg",
}


def parameters(card: FamilyCard, part: str) -> int:
    """The numbers that a part of a model holds, 0 for one that it lacks or that has no weights."""
    if not card.bundled and part not in card.sources:
        return 0
    source = card.source(part)
    return _counted(source, part.rpartition("/")[2], _stamp(source)) or sizes().get(architecture(card, part), {}).get(
        "parameters", 0
    )


def architecture(card: FamilyCard, part: str) -> str:
    """The architecture in `resources/architectures` that a part has, or else the usual one of its place; else empty."""
    role = part.rpartition("/")[2]
    return _named(card, part) or USUAL.get((card.family, role), "") or _BY_ROLE.get(role, "")


def _named(card: FamilyCard, part: str) -> str:
    """The architecture that stands beside a part's files; empty where none does, or one that is not known here."""
    own = card.source(part).architecture if card.bundled or part in card.sources else ""
    return own if own.removesuffix(TINY) in sizes() else ""


def denoiser_name(card: FamilyCard, host: HostCard) -> str:
    """What the denoiser of a host is called among the traced ones."""
    if host.pipeline == "TextToVideoSDPipeline":
        return "modelscope-unet3d"
    own = USUAL.get((card.family, "unet"), "sd1-unet")
    return f"{own}+motion" if "motion_adapter" in host.folders else own


def config(card: FamilyCard, part: str) -> dict[str, Any]:
    """The configuration of a part: its folder's own, else that of its architecture; empty where neither is there."""
    if not card.bundled and part not in card.sources:
        return {}
    name = architecture(card, part)
    return _own_config(card, part) or (recipe(name).config if name else {})


def _own_config(card: FamilyCard, part: str) -> dict[str, Any]:
    """What a part's folder says of it; empty where it has none, or says nothing."""
    source = card.source(part)
    own = source.path / "config.json"
    return _read(own, stamp_of(own)) if source.layout is Layout.FOLDER and own.is_file() else {}


def share(card: FamilyCard, part: str) -> float:
    """How wide a part is beside the published one of its architecture, by its configuration, else by its weights.

    1 where its files do not say.
    """
    name, named = architecture(card, part).removesuffix(TINY), _named(card, part)
    if name not in sizes():
        return 1.0
    own = _own_config(card, part) or (recipe(named).config if named else {})
    if width := _width(own):
        return width / _width(recipe(name).config)
    return (parameters(card, part) or sizes()[name]["parameters"]) / sizes()[name]["parameters"]


def _width(found: dict[str, Any]) -> int:
    """What all activations of a module grow with: its channels, or its width times its layers."""
    channels = found.get("block_out_channels")
    return sum(channels) if channels else found.get("hidden_size", 0) * found.get("num_hidden_layers", 0)


@lru_cache(maxsize=64)
def _read(path: Path, _stamp: tuple[int, int]) -> dict[str, Any]:
    try:
        return read_object(path.resolve())
    except (OSError, ValueError):
        return {}


def _stamp(source: Source) -> tuple[tuple[int, int], ...]:
    return tuple(stamp_of(path) for path in _files(source))


def _files(source: Source) -> list[Path]:
    """The files that would be loaded: a folder may hold the same weights in several precisions."""
    if source.layout is not Layout.FOLDER:
        return [source.path]
    found = sorted(source.path.glob("*.safetensors"))
    return [path for path in found if ".fp16" not in path.name and ".non_ema" not in path.name] or found


@lru_cache(maxsize=256)
def _counted(source: Source, role: str, _stamps: tuple[tuple[int, int], ...]) -> int:
    begins = _IN_CHECKPOINT.get(role, ()) if source.layout is Layout.CHECKPOINT else ("",)
    found = (item for path in _files(source) for item in _tensors(path).items())
    return sum(math.prod(held.shape) for name, held in found if name.startswith(begins))


def _tensors(path: Path) -> Mapping[str, Held]:
    """What a file holds; nothing where it is not sound, which opening it will tell."""
    try:
        return read_header(path).tensors
    except ValueError:
        return {}
