"""An opened family: one text encoder, one tokenizer, and the hosts built on them, loaded from safetensors only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AnimateDiffPipeline,
    AutoencoderTiny,
    DDIMScheduler,
    MotionAdapter,
    StableDiffusionPipeline,
    TextToVideoSDPipeline,
    UNet2DConditionModel,
    UNet3DConditionModel,
)
from diffusers.utils import logging as diffusers_logging
from transformers import CLIPTextModel, CLIPTokenizer
from transformers.utils import logging as transformers_logging

from core.models.catalogue import FamilyCard, HostCard, family_card
from core.models.part import read_part
from core.models.tensors import fingerprint

Pipeline = StableDiffusionPipeline | AnimateDiffPipeline | TextToVideoSDPipeline

_PARTS: dict[str, Any] = {
    "StableDiffusionPipeline": {"unet": UNet2DConditionModel},
    "AnimateDiffPipeline": {"unet": UNet2DConditionModel, "motion_adapter": MotionAdapter},
    "TextToVideoSDPipeline": {"unet": UNet3DConditionModel},
}
_PIPELINES: dict[str, Any] = {
    cls.__name__: cls for cls in (StableDiffusionPipeline, AnimateDiffPipeline, TextToVideoSDPipeline)
}
_EXTRAS: dict[str, dict[str, Any]] = {
    "StableDiffusionPipeline": {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False},
}


def _quiet() -> None:
    diffusers_logging.set_verbosity_error()
    diffusers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()


@dataclass
class Host:
    """A pipeline of the family that makes pictures or clips, and its card."""

    card: HostCard
    pipeline: Pipeline


class Family:
    """A family on a device. Parts are loaded when first asked for and shared between hosts."""

    def __init__(self, card: FamilyCard, device: str = "cpu") -> None:
        _quiet()
        self.card, self.device = card, device
        self._hosts: dict[str, Host] = {}

    def _load(self, cls: Any, folder: str) -> Any:
        def load(path: Path) -> Any:
            return cls.from_pretrained(path, local_files_only=True, **self._options(cls))

        part = read_part(self.card, folder, load)
        return part.to(self.device).eval().requires_grad_(False) if isinstance(part, torch.nn.Module) else part

    @staticmethod
    def _options(kind: Any) -> dict[str, Any]:
        return {"use_safetensors": True, "torch_dtype": torch.float32} if issubclass(kind, torch.nn.Module) else {}

    @cached_property
    def tokenizer(self) -> CLIPTokenizer:
        """The tokenizer, with the family's own padding."""
        return self._load(CLIPTokenizer, "tokenizer")

    @cached_property
    def encoder(self) -> CLIPTextModel:
        """The original text encoder, frozen."""
        return self._load(CLIPTextModel, "text_encoder")

    @cached_property
    def vae(self) -> AutoencoderTiny:
        """The picture autoencoder that all hosts share."""
        return self._load(AutoencoderTiny, "vae")

    @cached_property
    def scheduler(self) -> DDIMScheduler:
        """The noise schedule that all hosts share."""
        return self._load(DDIMScheduler, "scheduler")

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the encoder's tensors as float32, in the order of their names."""
        return fingerprint({name: part.float().cpu().numpy() for name, part in self.encoder.state_dict().items()})

    def host(self, name: str) -> Host:
        """The host of this name, built once; its weights never change."""
        if name not in self._hosts:
            card = self.card.host(name)
            parts = {part: self._part(cls, card.folders[part]) for part, cls in _PARTS[card.pipeline].items()}
            pipeline = _PIPELINES[card.pipeline](
                vae=self.vae,
                text_encoder=self.encoder,
                tokenizer=self.tokenizer,
                scheduler=self.scheduler,
                **parts,
                **_EXTRAS.get(card.pipeline, {}),
            )
            pipeline.to(self.device)  # AnimateDiff has put the still denoiser's weights into a new module
            pipeline.unet.eval().requires_grad_(False)
            pipeline.set_progress_bar_config(disable=True)
            self._hosts[name] = Host(card, pipeline)
        return self._hosts[name]

    def _part(self, cls: Any, folder: str) -> Any:
        return self.unet if folder == "unet" else self._load(cls, folder)

    @cached_property
    def unet(self) -> UNet2DConditionModel:
        """The still host's denoiser, through which erasures are learnt."""
        return self._load(UNet2DConditionModel, "unet")


def open_family(name: str, device: str = "cpu") -> Family:
    """Open a family of the catalogue. Raises InputError for an unknown name, LacunaError for damaged files."""
    return Family(family_card(name), device)
