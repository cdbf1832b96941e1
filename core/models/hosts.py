"""Hosts: each pipeline built from a family's parts, and which text encoder it is to read.

A pipeline here holds no text encoder: it is given text states, so that any encoder can stand before it and one step of
code serves all of them. Parts are shared between hosts. A host never changes what it shares: motion modules sit in a
U-Net of their own around the same weights, a LoRA lies beside them, and cross-frame attention is taken out again.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from diffusers import (
    AnimateDiffPipeline,
    AnimateDiffSDXLPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    TextToVideoSDPipeline,
    UNet2DConditionModel,
    UNetMotionModel,
)
from safetensors.torch import load_file
from torch import Tensor, nn

from core.errors import FailureKind, InputError, LacunaError
from core.i18n import number, tr
from core.models.catalogue import FamilyCard
from core.models.component import HostCard
from core.models.part import read_part
from core.models.schedulers import scheduler_for
from core.models.text import text_states
from core.models.transfer import Different, Same, Shift, compare, shifted
from core.models.zero import StatedZeroPipeline

LORA_WEIGHT = 0.8
"""How strongly a motion LoRA counts: AnimateLCM's authors' own value (model card of wangfuyun/AnimateLCM)."""


class Parts(Protocol):
    """What a host is built from: an opened family."""

    card: FamilyCard

    @property
    def encoder(self) -> nn.Module:
        """The family's original text encoder."""
        ...

    @property
    def tokenizer(self) -> Any:
        """The family's tokenizer."""
        ...

    def part(self, key: str) -> Any:
        """A part, loaded, frozen and on the family's device."""
        ...


@dataclass
class Host:
    """A pipeline of the family that makes pictures or clips, and its card.

    `base` is the family's original encoder, `own` the one that the host came with, where it did; `match` is how the two
    compare.
    """

    card: HostCard
    pipeline: Any
    base: nn.Module
    tokenizer: Any
    own: nn.Module | None = None
    match: Same | Shift | Different = field(default_factory=Same)
    _moved: dict[tuple[int, ...], tuple[weakref.ref[nn.Module], nn.Module]] = field(default_factory=dict)

    @property
    def packed(self) -> bool:
        """Whether the last row of its text states is the pooled vector, as for Stable Diffusion XL."""
        return "XL" in self.card.pipeline

    @property
    def reading(self) -> str:
        """In words, how an erasure reaches this host."""
        title = self.card.title
        match self.match:
            case Shift(most):
                largest = number(most, ".2g")
                return tr(
                    "{title} has a text encoder of its own, close to the model's (largest difference {largest}): the "
                    "erasure's change is added to it.",
                    title=title,
                    largest=largest,
                )
            case Same():
                return tr("{title} reads the model's own text encoder: the erased one takes its place.", title=title)
            case _:
                return tr("{title} has another text encoder: no erasure of this model reaches it.", title=title)

    def encoder_for(self, encoder: nn.Module) -> nn.Module:
        """The encoder that the host reads where the family's would be `encoder`; LacunaError where none can be.

        A sum is kept until another one is asked for, or `encoder` moves on.
        """
        if self.own is None or (isinstance(self.match, Same) and not self.match.deeper):
            return encoder
        if isinstance(self.match, Different):
            raise _refusal(self.card, self.match)
        state = _state(encoder)
        known = self._moved.get(state)
        if known is None or known[0]() is not encoder:
            known = (weakref.ref(encoder), shifted(self.own, self.base, encoder))
            self._moved = {state: known}
        return known[1]

    def states(self, encoder: nn.Module, texts: list[str]) -> Tensor:
        """The text states (batch, rows, width) that the host reads, in float32, by its own tokenizer."""
        return text_states(encoder, self.tokenizer, texts)


def build_host(parts: Parts, card: HostCard) -> Host:
    """A host put together. InputError for an unknown pipeline, LacunaError for parts that do not fit together."""
    if card.pipeline not in _PIPELINES:
        what = tr("There is no pipeline “{name}”.", name=card.pipeline)
        raise InputError(what, fix=tr("Use one of: {names}.", names=", ".join(_PIPELINES)))
    try:
        pipeline = _PIPELINES[card.pipeline](parts, card)
    except (ValueError, RuntimeError, KeyError) as error:
        raise _misfit(parts.card, card, error) from error
    pipeline.unet.eval().requires_grad_(False)
    pipeline.set_progress_bar_config(disable=True)
    own = parts.part(card.folders["text_encoder"]) if "text_encoder" in card.folders else None
    tokenizer = parts.part(card.folders["tokenizer"]) if "tokenizer" in card.folders else parts.tokenizer
    return Host(card, pipeline, parts.encoder, tokenizer, own, match_of(parts, card))


def match_of(parts: Parts, card: HostCard) -> Same | Shift | Different:
    """How the encoder that a host came with compares with the family's. OpenCLIP ViT-H may be whole there."""
    if "text_encoder" not in card.folders:
        return Same()
    deeper = parts.card.encoders[0].architecture == "openclip-vit-h"
    return compare(_tensors(parts.part(card.folders["text_encoder"])), _tensors(parts.encoder), deeper)


def require_reach(parts: Parts, card: HostCard) -> None:
    """Refuse a host that no erasure of the family reaches, before it is put together and time is spent. LacunaError."""
    if isinstance(found := match_of(parts, card), Different):
        raise _refusal(card, found)


def _shared(parts: Parts, card: HostCard) -> dict[str, Any]:
    """What every pipeline takes: an autoencoder, a tokenizer, a schedule of its own, and no text encoder."""
    return {
        "vae": parts.part(card.folders.get("vae", "vae")),
        "text_encoder": None,
        "tokenizer": parts.tokenizer,
        "scheduler": scheduler_for(parts.part(card.folders.get("scheduler", "scheduler")), card.scheduler),
    }


_UNCHECKED: dict[str, Any] = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
_PAIRED: dict[str, Any] = {"text_encoder_2": None, "tokenizer_2": None}


def _still(parts: Parts, card: HostCard) -> Any:
    return StableDiffusionPipeline(unet=parts.part(card.folders["unet"]), **_shared(parts, card), **_UNCHECKED)


def _still_xl(parts: Parts, card: HostCard) -> Any:
    return StableDiffusionXLPipeline(
        unet=parts.part(card.folders["unet"]), add_watermarker=False, **_shared(parts, card), **_PAIRED
    )


def _zero(parts: Parts, card: HostCard) -> Any:
    return StatedZeroPipeline(unet=parts.part(card.folders["unet"]), **_shared(parts, card), **_UNCHECKED)


def _text_to_video(parts: Parts, card: HostCard) -> Any:
    return TextToVideoSDPipeline(unet=parts.part(card.folders["unet"]), **_shared(parts, card))


def _animated(parts: Parts, card: HostCard) -> Any:
    pipeline: Any = AnimateDiffPipeline(
        unet=motion_unet(parts, card),
        motion_adapter=None,
        **_shared(parts, card),
    )
    if "lora" in card.folders:
        pipeline.load_lora_into_unet(*_lora(parts, card), pipeline.unet, adapter_name="motion")
        pipeline.unet.set_adapters("motion", LORA_WEIGHT)
    return pipeline


def _animated_xl(parts: Parts, card: HostCard) -> Any:
    return AnimateDiffSDXLPipeline(
        unet=motion_unet(parts, card),
        motion_adapter=None,
        **_shared(parts, card),
        **_PAIRED,
    )


_PIPELINES: dict[str, Callable[[Parts, HostCard], Any]] = {
    "StableDiffusionPipeline": _still,
    "StableDiffusionXLPipeline": _still_xl,
    "AnimateDiffPipeline": _animated,
    "AnimateDiffSDXLPipeline": _animated_xl,
    "TextToVideoZeroPipeline": _zero,
    "TextToVideoSDPipeline": _text_to_video,
}


def motion_unet(parts: Parts, card: HostCard) -> UNetMotionModel:
    """The still U-Net with motion modules between its layers, around the same memory.

    diffusers would copy the weights, 1.7 GB in 16 bits for Stable Diffusion 1.5, and of Stable Diffusion XL's leave out
    the embedding of sizes and pooled text (0.42.1, `UNetMotionModel.from_unet2d`). Here the new module is made without
    any and takes those of the U-Net and of the adapter as they are.
    """
    unet, adapter = parts.part(card.folders["unet"]), parts.part(card.folders["motion_adapter"])
    assert isinstance(unet, UNet2DConditionModel)
    weights = {**unet.state_dict(), **{name: tensor.to(unet.dtype) for name, tensor in adapter.state_dict().items()}}
    with torch.device("meta"):
        motion = UNetMotionModel.from_unet2d(unet, adapter, load_weights=False)
    motion.load_state_dict(weights, assign=True)
    return motion


def _lora(parts: Parts, card: HostCard) -> tuple[dict[str, Tensor], Any]:
    """A LoRA's U-Net tensors in diffusers' names, and their scales; what it would do to a text encoder is left out."""
    whole = read_part(parts.card, card.folders["lora"], _lora_tensors)
    tensors, alphas, *_ = StableDiffusionPipeline.lora_state_dict(whole)
    chosen = {name: tensor for name, tensor in tensors.items() if not name.startswith("text_encoder")}
    if not chosen:
        raise ValueError(tr("the LoRA has nothing for the denoiser"))
    return chosen, alphas


def _lora_tensors(path: Path) -> dict[str, Tensor]:
    files = sorted(path.glob("*.safetensors")) if path.is_dir() else [path]
    return load_file(files[0])


def _state(encoder: nn.Module) -> tuple[int, ...]:
    """Tells an encoder from others and from itself after a step: torch counts the changes to each tensor."""
    return id(encoder), *(parameter._version for parameter in encoder.parameters())  # noqa: SLF001


def _tensors(encoder: nn.Module) -> dict[str, Tensor]:
    return {name: parameter.detach() for name, parameter in encoder.named_parameters()}


def _misfit(family: FamilyCard, card: HostCard, error: Exception) -> LacunaError:
    return LacunaError(
        FailureKind.DAMAGED,
        tr("“{title}” cannot be put together with the model “{model}”.", title=card.title, model=family.title),
        f"{str(error).splitlines()[0] if str(error) else type(error).__name__}.",
        tr("Use a model and a component of the same family."),
    )


def _refusal(card: HostCard, found: Different) -> LacunaError:
    return LacunaError(
        FailureKind.DAMAGED,
        tr("“{title}” has another text encoder than the model.", title=card.title),
        found.told,
        tr("Use an image model with the same text encoder, or another video model."),
    )
