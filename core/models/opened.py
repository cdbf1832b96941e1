"""An opened family: one text encoder, one tokenizer, and the hosts built on them, loaded from safetensors only."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import torch
from torch import nn

from core.hardware.plan import plan
from core.models.catalogue import FamilyCard, family_card
from core.models.clip_words import bundled_words, clip_tokenizer, padded
from core.models.component import Source
from core.models.hosts import Host, build_host
from core.models.loading import load_module, load_scheduler, load_words
from core.models.paired import PairedDenoiser, PairedEncoder
from core.models.part import read_source
from core.models.quiet import quiet
from core.models.tensors import fingerprint


class Family:
    """A family on a device. Parts are loaded when first asked for and shared between hosts.

    A plan that offloads leaves them on the CPU, from where `core.hardware.freeing.at_work` brings them one by one.
    """

    def __init__(self, card: FamilyCard, device: str = "cpu") -> None:
        quiet()
        self.card, self.device = card, device
        self._hosts: dict[str, Host] = {}
        self._parts: dict[str, Any] = {}

    def part(self, key: str) -> Any:
        """A part by where the family keeps it: `unet`, or `<component>/unet`; loaded once, frozen, on the device.

        LacunaError where its files are not sound, InputError where the model has no such part.
        """
        if key not in self._parts:
            self._parts[key] = read_source(self.card, key, lambda source: self._loaded(key, source))
        return self._parts[key]

    def _loaded(self, key: str, source: Source) -> Any:
        sort = key.rsplit("/", 1)[-1]
        if sort.startswith("tokenizer"):
            return self._words(sort, source)
        if sort == "scheduler":
            return load_scheduler(source, self.card.settings.get("prediction_type", "") if key == sort else "")
        module = load_module(source, sort, self.card.family, torch.float32 if _is_exact(sort) else _dtype())
        if sort == "vae":
            module = module.to(_vae_dtype(self.card.family, module))
        place = "cpu" if plan().offload != "none" else self.device
        return module.to(place).eval().requires_grad_(False)

    def _words(self, sort: str, source: Source) -> Any:
        """The bundled pair has words of its own; of CLIP's, one set serves all, so that they are read in one way."""
        if self.card.bundled:
            return load_words(source)
        encoder = "text_encoder" + sort.removeprefix("tokenizer")
        pad = next((card.pad for card in self.card.encoders if card.part == encoder), self.card.encoders[0].pad)
        if source.path == bundled_words():
            return clip_tokenizer(pad)
        words, known = load_words(source), clip_tokenizer(pad)
        return known if words.get_vocab() == known.get_vocab() else padded(words, pad)

    @property
    def tokenizer(self) -> Any:
        """The tokenizer, with the family's own padding."""
        return self.part("tokenizer")

    @property
    def encoder(self) -> nn.Module:
        """The original text encoder, frozen, in float32; a family's two are one module here."""
        first, *others = self.card.encoders
        return self._pair if others else self.part(first.part)

    @cached_property
    def _pair(self) -> PairedEncoder:
        first, second = self.card.encoders
        pair = PairedEncoder(self.part(first.part), self.part(second.part), second.pad)
        return pair.eval().requires_grad_(False)

    @property
    def vae(self) -> Any:
        """The picture autoencoder that all hosts share."""
        return self.part("vae")

    @property
    def scheduler(self) -> Any:
        """The base model's noise schedule."""
        return self.part("scheduler")

    @property
    def unet(self) -> Any:
        """The still host's U-Net."""
        return self.part("unet")

    @cached_property
    def denoiser(self) -> nn.Module:
        """What erasures are learnt through: `denoiser(noisy, timesteps, states).sample`, with the encoder's states."""
        if len(self.card.encoders) == 1:
            return self.unet
        return PairedDenoiser(self.unet, 2 ** (len(self.vae.config.block_out_channels) - 1))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the encoder's tensors as float32, in the order of their names."""
        return fingerprint({name: part.float().cpu().numpy() for name, part in self.encoder.state_dict().items()})

    def host(self, name: str) -> Host:
        """The host of this name, built once; its weights never change."""
        if name not in self._hosts:
            self._hosts[name] = build_host(self, self.card.host(name))
        return self._hosts[name]


def _is_exact(sort: str) -> bool:
    """Whether a part is kept in float32: encoders are learnt in, and a VAE is brought down from there."""
    return sort.startswith(("text_encoder", "vae"))


def _dtype() -> torch.dtype:
    return getattr(torch, plan().dtype)


def _vae_dtype(family: str, vae: nn.Module) -> torch.dtype:
    """SDXL's own VAE overflows in float16 (its configuration asks for more); a repaired one says that it does not."""
    config: Any = vae.config
    upcast = family == "sdxl" and getattr(config, "force_upcast", False)
    return torch.float32 if upcast and _dtype() is torch.float16 else _dtype()


def open_family(name: str, device: str = "cpu") -> Family:
    """Open a family of the catalogue. Raises InputError for an unknown name, LacunaError for damaged files."""
    return Family(family_card(name), device)
