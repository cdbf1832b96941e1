"""Erased encoders for other tools: a target is one file here and one line in `TARGETS`."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.files import storage
from core.i18n import tr
from core.library.exporters import checkpoint, comfyui, folder, forge, full_change, low_rank
from core.library.exporters.erased import Encoders
from core.media.film import Tell, silent
from core.models.catalogue import FamilyCard


@dataclass(frozen=True)
class Wish:
    """What some targets ask for besides: a LoRA's `rank` or the share of Σσ² to keep, and the image model.

    `tell` hears of the matrices that are cut for a LoRA, which is what takes long.
    """

    rank: int = 0
    captured: float = low_rank.CAPTURED
    model: FamilyCard | None = None
    tell: Tell = silent


@dataclass(frozen=True)
class Target:
    """A tool's own form of an erased encoder; without a `suffix` it is a folder. `write` gives what it measured.

    `refusal` says why the encoders of a model cannot go there, empty where they can. `parted` where each of two
    encoders is a file of its own, so that both go into a folder.
    """

    name: str
    title: str
    summary: str
    suffix: str
    write: Callable[[Encoders, Path, Wish], dict[str, Any]]
    refusal: Callable[[FamilyCard], str] = lambda _: ""
    parted: bool = False

    def suffix_for(self, count: int) -> str:
        """The suffix of what is written of so many encoders; empty for a folder."""
        return "" if self.parted and count > 1 else self.suffix


TARGETS = (
    Target(
        "diffusers",
        "diffusers",
        tr("A folder that CLIPTextModel.from_pretrained reads."),
        "",
        lambda erased, path, _: folder.export_encoder(erased, path),
    ),
    Target(
        "pipeline",
        tr("diffusers, with the image model"),
        tr("The whole image pipeline with the erased encoder inside; as large as the model."),
        "",
        lambda erased, path, wish: folder.export_pipeline(erased, path, wish.model),
        folder.pipeline_refusal,
    ),
    Target(
        "checkpoint",
        tr("A whole checkpoint"),
        tr("A copy of the model's single file with the erased encoder inside; for AUTOMATIC1111."),
        ".safetensors",
        lambda erased, path, wish: checkpoint.export(erased, path, wish.model, wish.tell),
        checkpoint.refusal,
    ),
    Target(
        "comfyui",
        "ComfyUI",
        tr("One file for models/text_encoders."),
        ".safetensors",
        lambda erased, path, _: comfyui.export(erased, path),
        comfyui.refusal,
        parted=True,
    ),
    Target(
        "forge",
        "Forge",
        tr("One file for models/text_encoder."),
        ".safetensors",
        lambda erased, path, _: forge.export(erased, path),
        comfyui.refusal,
        parted=True,
    ),
    Target(
        "change",
        tr("The exact change as a LoRA"),
        tr("Full rank, for ComfyUI and AUTOMATIC1111; weight 1 is the erased encoder."),
        ".safetensors",
        lambda erased, path, _: full_change.export(erased, path),
    ),
    Target(
        "lora",
        tr("A small LoRA"),
        tr("Low rank, for every tool that reads LoRA files; it tells how much of the change it holds."),
        ".safetensors",
        lambda erased, path, wish: low_rank.export(erased, path, wish.rank, wish.captured, wish.tell),
    ),
    Target(
        "invokeai",
        "InvokeAI",
        tr("A folder that InvokeAI imports as a text encoder."),
        "",
        lambda erased, path, _: folder.export_invokeai(erased, path),
        folder.invokeai_refusal,
    ),
)


def target(name: str) -> Target:
    """The target of this name, or an InputError that lists them."""
    for known in TARGETS:
        if known.name == name:
            return known
    names = ", ".join(known.name for known in TARGETS)
    raise InputError(tr("There is no export “{name}”.", name=name), fix=tr("Use one of: {names}.", names=names))


def export_encoder(encoders: Encoders, name: str, path: Path, wish: Wish = Wish()) -> dict[str, Any]:
    """Write erased encoders for a tool and tell `path`, `bytes` and what the target measured.

    Nothing is overwritten: InputError where `path` is taken. A failure leaves nothing behind.
    """
    chosen = target(name)
    goal = _goal(path, chosen, len(encoders))
    if goal.exists():
        raise InputError(tr("“{path}” is already there.", path=goal), fix=tr("Choose another name."))
    part = goal.with_name(f".{goal.name}.{secrets.token_hex(4)}.part")
    try:
        facts = chosen.write(encoders, part, wish)
        with storage(goal):
            part.rename(goal)
    finally:
        shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)
    return {"path": str(goal), **facts}


def _goal(path: Path, chosen: Target, count: int) -> Path:
    """The path with the target's suffix; another one is a part of the name, as in “v1.5”."""
    bare = path.with_suffix("") if chosen.suffix and path.suffix == chosen.suffix else path
    return bare.with_name(f"{bare.name}{chosen.suffix_for(count)}")
