"""By what a denoiser is known: a few shapes that differ between families and that no training changes. No torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from core.errors import InputError
from core.i18n import tr
from core.models.headers import Held
from core.models.recipe import TINY, recipe

Tensors = Mapping[str, Held]

UNETS = {"sd1": "sd1-unet", "sd2": "sd2-unet", "sdxl": "sdxl-unet"}
ENCODERS = {
    "sd1": {"text_encoder": "clip-vit-l"},
    "sd2": {"text_encoder": "openclip-vit-h"},
    "sdxl": {"text_encoder": "clip-vit-l", "text_encoder_2": "openclip-vit-bigg"},
}
VAES = {"sd1": "sd-vae", "sd2": "sd-vae", "sdxl": "sdxl-vae"}
SCHEDULERS = {"sd1": "sd-scheduler", "sd2": "sd-scheduler", "sdxl": "sdxl-scheduler"}
"""The architectures of a family's parts."""

_REFINER = 2560
"""Width of what SDXL's refiner is told beside the text: five sizes of 256 numbers, and a pooled vector of 1,280."""


@dataclass(frozen=True)
class Denoiser:
    """What a U-Net's tensors tell: channels it takes, width of its first layer and of the text states it reads.

    `linear` is whether its attention projects by matrices rather than 1 x 1 convolutions, `added` the width of what it
    is told beside the text (SDXL), 0 for nothing; `film` whether it works on frames in time (ModelScope).
    """

    channels: int
    width: int
    cross: int
    linear: bool
    added: int = 0
    film: bool = False


def denoiser(tensors: Tensors, prefix: str = "") -> Denoiser | None:
    """The signs of a U-Net in diffusers' names, or in LDM's below their prefix; None where there is no U-Net."""
    entry = tensors.get(f"{prefix}conv_in.weight") or tensors.get(f"{prefix}input_blocks.0.0.weight")
    text = _first(tensors, prefix, "attn2.to_k.weight")
    if entry is None or text is None or len(entry.shape) < 2 or len(text.shape) != 2:
        return None
    inner = _first(tensors, prefix, ".proj_in.weight")
    added = tensors.get(f"{prefix}add_embedding.linear_1.weight") or tensors.get(f"{prefix}label_emb.0.0.weight")
    return Denoiser(
        channels=entry.shape[1],
        width=entry.shape[0],
        cross=text.shape[1],
        linear=inner is not None and len(inner.shape) == 2,
        added=added.shape[1] if added is not None and len(added.shape) == 2 else 0,
        film=any(".temp_convs." in name or name.startswith("transformer_in.") for name in tensors),
    )


_IN_TIME = ("transformer_in.", "temp_attentions.", "motion_modules.")
"""Layers that look along the frames of a clip and read no text."""


def _first(tensors: Tensors, prefix: str, end: str) -> Held | None:
    """The first tensor of this ending in a layer that works on pictures."""
    found = (held for name, held in tensors.items() if name.startswith(prefix) and name.endswith(end) and _still(name))
    return next(found, None)


def _still(name: str) -> bool:
    return not any(word in name for word in _IN_TIME)


@cache
def _known() -> dict[tuple[str, str], Denoiser]:
    return {(family, end): _published(family, end) for family in UNETS for end in ("", TINY)}


def _published(family: str, end: str) -> Denoiser:
    config = recipe(UNETS[family] + end).config
    return Denoiser(
        channels=config["in_channels"],
        width=config["block_out_channels"][0],
        cross=config["cross_attention_dim"],
        linear=config["use_linear_projection"],
        added=config.get("projection_class_embeddings_input_dim", 0),
    )


def family_of(found: Denoiser, title: str) -> tuple[str, str]:
    """The family of a U-Net for pictures, and the ending of its architectures' names (`/tiny` for trial models).

    InputError that says what the U-Net is instead: for inpainting, a refiner, of a family that Lacuna does not know.
    """
    kin = [key for key, known in _known().items() if (known.cross, known.added) == (found.cross, found.added)]
    kin = [key for key in kin if _known()[key].linear == found.linear] or kin[:1]
    if found.added == _REFINER:
        raise refused(title, tr("It is SDXL's refiner, which only finishes pictures that the base model began."))
    if kin and found.channels == _known()[kin[0]].channels:
        return kin[0]
    raise refused(title, _channels(found) if found.channels != 4 else _unknown(found))


def video_family(found: Denoiser, title: str) -> str:
    """The family whose text encoder a U-Net for frames reads; InputError for another width of text states."""
    known = {recipe(f"modelscope-unet3d{end}").config["cross_attention_dim"] for end in ("", TINY)}
    if found.cross in known and found.channels == 4:
        return "sd2"
    raise refused(title, _unknown(found))


def _channels(found: Denoiser) -> str:
    kinds = {
        9: tr("It is an inpainting model: its U-Net takes 9 channels, a picture's, a mask's and the rest's."),
        8: tr("It is a model that changes given pictures: its U-Net takes 8 channels."),
        5: tr("It is a model that is guided by depth: its U-Net takes 5 channels."),
        7: tr("It is a model that enlarges pictures: its U-Net takes 7 channels."),
    }
    return kinds.get(found.channels, _unknown(found))


def _unknown(found: Denoiser) -> str:
    return tr(
        "It is of no family that Lacuna knows; found: a U-Net of {channels} channels that reads texts {cross} wide.",
        channels=found.channels,
        cross=found.cross,
    )


def refused(title: str, why: str, fix: str = "") -> InputError:
    """What a file or folder is that Lacuna has no use for."""
    usual = tr("Add a text-to-image model of Stable Diffusion 1, 2 or XL, a motion adapter, a video model or a judge.")
    return InputError(tr("“{title}” cannot be added.", title=title), why, fix or usual)


def encoder_width(tensors: Tensors, prefix: str = "") -> int:
    """Width of the states of a CLIP text encoder below a prefix, 0 where there is none."""
    for name in ("text_model.embeddings.token_embedding.weight", "embeddings.token_embedding.weight"):
        if held := tensors.get(prefix + name):
            return _last(held)
    held = tensors.get(f"{prefix}token_embedding.weight")
    return _last(held) if held else 0


def _last(held: Held) -> int:
    return held.shape[-1] if held.shape else 0


def precision(tensors: Tensors, prefix: str = "") -> str:
    """The kind of number that most of a part's bytes are of, empty for a part without tensors."""
    weights: dict[str, int] = {}
    for name, held in tensors.items():
        if name.startswith(prefix):
            weights[held.dtype] = weights.get(held.dtype, 0) + held.end - held.start
    return max(weights, key=weights.__getitem__, default="")


_ARCHITECTURES = (
    ("double_blocks.", "FLUX"),
    ("joint_blocks.", "Stable Diffusion 3"),
    ("single_transformer_blocks.", "FLUX"),
    ("patch_embedding.", "Wan"),
    ("patch_embed.proj.", "DiT"),
    ("caption_projection.", "PixArt"),
    ("adaln_single.", "PixArt"),
    ("layers.0.attention.qkv.", "Lumina"),
    ("down_blocks.0.motion_modules.0.temporal_attention.", "HotShot-XL"),
)
"""Beginnings of tensors' names by which models of other families are known, below any prefix."""


def foreign(names: Iterator[str]) -> str:
    """The name of the family of other makers that tensors' names give away, empty where none is known."""
    for name in names:
        plain = name.removeprefix("model.diffusion_model.").removeprefix("model.")
        for begin, family in _ARCHITECTURES:
            if plain.startswith(begin):
                return family
    return ""
