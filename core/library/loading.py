"""An erased encoder in a script of one's own: `load_encoder` for an encoder, `erase_pipeline` for a whole pipeline.

    from core.library.loading import erase_pipeline

    pipe = AnimateDiffPipeline.from_pretrained(...)
    erase_pipeline(pipe, "pipwick.lacuna")

Imports torch; nothing in the window does.
"""

from __future__ import annotations

import copy
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import CLIPTextModel, CLIPTextModelWithProjection

from core.errors import InputError
from core.files import read_object
from core.i18n import tr
from core.library.bundle import SUFFIX, unpack
from core.library.entry import MANIFEST, Entry, load_delta, read_entry, require_manifest
from core.library.manifest import Manifest
from core.library.store import Library
from core.models.checkpoint import plain
from core.models.tensors import fingerprint, require_fit

PARTS = ("text_encoder", "text_encoder_2")
"""What diffusers calls the text encoders of a pipeline."""


@dataclass(frozen=True)
class Change:
    """What an erasure is: α, and Δ by plain names; of a model with two encoders, each name after its part's."""

    manifest: Manifest
    delta: Mapping[str, NDArray[Any]]

    @classmethod
    def of(cls, entry: Entry | str | Path) -> Change:
        """From an entry, its folder, a `.lacuna` file, or its id or name in the usual library.

        LacunaError for what is no such thing, is damaged, or was made to harm.
        """
        if isinstance(entry, Entry):
            return cls._read(entry)
        path = Path(entry)
        if path.suffix == SUFFIX:
            with tempfile.TemporaryDirectory(prefix="lacuna-") as folder:
                return cls._read(unpack(path, Library(folder)))
        return cls._read(read_entry(path) if (path / MANIFEST).is_file() else Library().get(str(entry)))

    @classmethod
    def _read(cls, entry: Entry) -> Change:
        manifest = require_manifest(entry)
        return cls(manifest, {_plain(name): value for name, value in load_delta(entry).items()})

    @property
    def paired(self) -> bool:
        """Whether it changes two encoders."""
        return any(name.startswith(f"{part}.") for name in self.delta for part in PARTS)

    def within(self, part: str) -> dict[str, NDArray[Any]]:
        """Δ of one encoder."""
        if not self.paired:
            return dict(self.delta)
        return {name.removeprefix(f"{part}."): v for name, v in self.delta.items() if name.startswith(f"{part}.")}


def _plain(name: str) -> str:
    for part in PARTS:
        if name.startswith(f"{part}."):
            return f"{part}.{plain(name.removeprefix(f'{part}.'))}"
    return plain(name)


def load_encoder(
    entry: Entry | str | Path, base: nn.Module | str | Path, strength: float | None = None, part: str = PARTS[0]
) -> nn.Module:
    """θ₀ + α · Δ as a new encoder of the base's type and precision; the base is left as it is.

    `entry` is what `Change.of` takes; `base` the text encoder it was made for, or its folder; `strength` another α than
    the entry's own; `part` says which of two encoders is meant. A base of the same shapes that is not the entry's own
    (another precision, a fine-tuned model) gets Δ with a warning; any other is a LacunaError.
    """
    change = Change.of(entry)
    module = base if isinstance(base, nn.Module) else _opened(Path(base))
    if not change.paired:
        _tell_of_another_base(change, _arrays(module))
    return _moved(module, change.within(part), change.manifest.strength if strength is None else strength)


def erase_pipeline(pipeline: Any, entry: Entry | str | Path, strength: float | None = None) -> None:
    """Put erased encoders in the place of a diffusers pipeline's own; all else stays. Errors as `load_encoder`."""
    change = Change.of(entry)
    found = {part: module for part in PARTS if (module := getattr(pipeline, part, None)) is not None}
    if not found or change.paired != (len(found) > 1):
        raise InputError(
            tr("“{name}” was made for another kind of pipeline.", name=change.manifest.name),
            tr("This one has {count} text encoders.", count=len(found)),
            tr("Use it with a pipeline of its own family."),
        )
    arrays = {part: _arrays(module) for part, module in found.items()}
    whole = (
        {f"{part}.{n}": v for part, own in arrays.items() for n, v in own.items()}
        if change.paired
        else arrays[PARTS[0]]
    )
    _tell_of_another_base(change, whole)
    alpha = change.manifest.strength if strength is None else strength
    for part, module in found.items():
        setattr(pipeline, part, _moved(module, change.within(part), alpha))


def _opened(folder: Path) -> nn.Module:
    """The text encoder in a folder, in the precision it is stored in."""
    try:
        kinds = read_object(folder / "config.json").get("architectures", [])
    except ValueError as error:
        fix = tr("Give the folder that holds the encoder's config.json.")
        raise InputError(tr("There is no text encoder in “{folder}”.", folder=folder), f"{error}.", fix) from None
    cls = CLIPTextModelWithProjection if "CLIPTextModelWithProjection" in kinds else CLIPTextModel
    return cls.from_pretrained(folder, dtype="auto", local_files_only=True, use_safetensors=True)


def _arrays(module: nn.Module) -> dict[str, NDArray[Any]]:
    """Every tensor on the CPU in float32, by plain names."""
    return {plain(name): value.detach().float().cpu().numpy() for name, value in module.state_dict().items()}


def _tell_of_another_base(change: Change, arrays: Mapping[str, NDArray[Any]]) -> None:
    require_fit(change.delta, arrays)
    if fingerprint(arrays) != change.manifest.base:
        text = tr("“{name}” was made for another text encoder of the same shape.", name=change.manifest.name)
        warnings.warn(f"{text} {tr('What its scorecard says was not measured on this one.')}", stacklevel=3)


@torch.no_grad()
def _moved(module: nn.Module, delta: Mapping[str, NDArray[Any]], strength: float) -> nn.Module:
    erased = copy.deepcopy(module)
    own = {plain(name): parameter for name, parameter in erased.named_parameters()}
    require_fit(delta, own)
    for name, change in delta.items():
        moved = own[name].float() + strength * torch.from_numpy(np.asarray(change, np.float32)).to(own[name].device)
        own[name].copy_(moved)
    return erased
