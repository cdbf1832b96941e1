"""Loads one part of a model from a folder, a file of its own or a checkpoint of the whole; safetensors only.

Whatever a file says is checked before it counts: its header, that every tensor of the part is there in the right shape,
and that all numbers are finite. The libraries' own loaders fill what is missing with random numbers and a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from safetensors import safe_open
from torch import Tensor, nn

from core.files import read_object
from core.i18n import tr
from core.models.architectures import empty
from core.models.checkpoint import place_of, plain, taken
from core.models.component import Layout, Source
from core.models.headers import Held, read_header
from core.models.recipe import Recipe, recipe
from core.models.tensors import require_numbers, weights_in

_CLASSES = {
    "unet": ("UNet2DConditionModel", "UNet3DConditionModel"),
    "motion_adapter": ("MotionAdapter",),
    "vae": ("AutoencoderKL", "AutoencoderTiny"),
    "text_encoder": ("CLIPTextModel", "CLIPTextModelWithProjection"),
}
"""What a part may be; the first is it where the files do not say."""

_MADE_ANEW = "pos_embed.pe"
"""A motion module's table of positions, which follows from its width: the original files lack it or name it apart."""

_MOTION = (
    (".temporal_transformer", ""),
    (".attention_blocks.0", ".attn1"),
    (".attention_blocks.1", ".attn2"),
    (".norms.0", ".norm1"),
    (".norms.1", ".norm2"),
    (".ff_norm", ".norm3"),
)
"""AnimateDiff's own names for its modules (github.com/guoyww/AnimateDiff, `motion_module.py`), and diffusers'."""


_ATTENTION = ((".query.", ".to_q."), (".key.", ".to_k."), (".value.", ".to_v."), (".proj_attn.", ".to_out.0."))
"""diffusers' names in a VAE's attention before and since version 0.17; Stable Diffusion 1.5 was released before."""


def load_module(source: Source, part: str, family: str, dtype: torch.dtype) -> Any:
    """A part that has weights, on the CPU, in `dtype`; `part` is its last name, such as `unet`.

    ValueError or OSError in words for files that cannot be it.
    """
    known = _recipe(source, part)
    module = empty(known)
    wanted = module.state_dict()
    found = _found(source, part, family, known, wanted)
    _require_whole(name for name in wanted if name not in found and not name.endswith(_MADE_ANEW))
    require_numbers({place.name: place.held for place in found.values()}, encoder=_sort(part) == "text_encoder")
    for name, tensor in _read(found):
        whole = taken(family, part, name, tensor, wanted[name].shape) if source.layout is Layout.CHECKPOINT else tensor
        _put(module, name, whole, dtype)
    return module.eval()


def load_scheduler(source: Source, prediction: str = "") -> Any:
    """A noise schedule, by its own configuration or a known one; `prediction` overrides what it says is predicted."""
    if source.architecture:
        wanted = recipe(source.architecture)
        name, config = wanted.cls, wanted.config
    else:
        config = read_object((source.path / "scheduler_config.json").resolve())
        name = str(config.get("_class_name", ""))
    cls = getattr(diffusers, name, None) if name.endswith("Scheduler") else None
    if cls is None:
        raise ValueError(tr("“{name}” is not a schedule that Lacuna knows", name=name))
    return cls.from_config(config, **({"prediction_type": prediction} if prediction else {}))


@dataclass(frozen=True)
class _Place:
    """A tensor in a file."""

    path: Path
    name: str
    held: Held


def _recipe(source: Source, part: str) -> Recipe:
    """What a part is built from: its folder's configuration, where it is one that the part may be, or a known one."""
    if source.layout is not Layout.FOLDER:
        return recipe(source.architecture)
    config = read_object((source.path / "config.json").resolve())
    name = config.get("_class_name") or next(iter(config.get("architectures") or ()), "")
    known = _CLASSES[_sort(part)]
    if name and name not in known:
        raise ValueError(tr("it is of the kind “{name}”, not {known}", name=name, known=" / ".join(known)))
    return Recipe(name or known[0], config)


def _sort(part: str) -> str:
    """Which entry of `_CLASSES` a part belongs to: `<component>/unet` and `video_unet` are U-Nets."""
    last = part.rsplit("/", 1)[-1].removesuffix("_2")
    return "unet" if last.endswith("unet") else last


def _found(source: Source, part: str, family: str, known: Recipe, wanted: Mapping[str, Tensor]) -> dict[str, _Place]:
    """Where each tensor that is wanted lies, for those that the files have."""
    files = weights_in(source.path)[0] if source.layout is Layout.FOLDER else [source.path]
    held = {n: _Place(path, n, told) for path in files for n, told in read_header(path).tensors.items()}
    if source.layout is Layout.CHECKPOINT:
        named = {name: place_of(family, part, name, known.config, held) for name in wanted}
        return {name: held[place] for name, place in named.items() if place in held}
    own = {_modern(name): place for name, place in held.items()}
    return {name: own[key] for name in wanted if (key := _modern(name)) in own}


def _read(found: Mapping[str, _Place]) -> Iterator[tuple[str, Tensor]]:
    """Each tensor with the name it is wanted under, file by file; it is a window into the file."""
    for path in sorted({place.path for place in found.values()}):
        with safe_open(path, "pt") as file:
            for name, place in found.items():
                if place.path == path:
                    yield name, file.get_tensor(place.name)


def _modern(name: str) -> str:
    """A tensor's name by diffusers and transformers as they are now, whichever tool and version wrote it."""
    for old, new in _MOTION if "motion_modules" in name else _ATTENTION if ".mid_block.attentions." in name else ():
        name = name.replace(old, new)
    return plain(name.removeprefix("module."))


def _put(module: nn.Module, name: str, tensor: Tensor, dtype: torch.dtype) -> None:
    """Put a copy of a tensor in place of one without memory; ValueError where it cannot take that place.

    A window into a file would follow what becomes of the file.
    """
    owner, _, last = name.rpartition(".")
    holder = module.get_submodule(owner)
    wanted = getattr(holder, last).shape
    if tuple(tensor.shape) != tuple(wanted):
        shapes = {"found": _told(tensor.shape), "wanted": _told(wanted)}
        raise ValueError(tr("“{name}” has the shape {found}, not {wanted}", name=name, **shapes))
    if not _is_finite(tensor.float() if tensor.element_size() == 1 else tensor):
        raise ValueError(tr("“{name}” holds numbers that are not finite", name=name))
    value = tensor.to(dtype, copy=True, memory_format=torch.contiguous_format)
    if last in dict(holder.named_parameters(recurse=False)):
        holder.register_parameter(last, nn.Parameter(value, requires_grad=False))
    else:
        holder.register_buffer(last, value)


def _told(shape: Iterable[int]) -> str:
    return " × ".join(str(length) for length in shape)


def _require_whole(missing: Iterable[str]) -> None:
    if lost := sorted(missing):
        raise ValueError(tr("it lacks {count} tensors, among them “{name}”", count=len(lost), name=lost[0]))


def _is_finite(tensor: Tensor) -> bool:
    """Whether no number is NaN or infinite: their sum tells, in one pass and without memory."""
    return bool(torch.isfinite(tensor.sum(dtype=torch.float32)))


def load_words(source: Source) -> Any:
    """The tokenizer in a folder; ValueError or OSError where it is none."""
    return transformers.CLIPTokenizer.from_pretrained(source.path, local_files_only=True)
