"""A folder as diffusers reads it: the text encoder alone, which also suits InvokeAI, or the whole image pipeline."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.files import atomic_write_text, storage
from core.i18n import tr
from core.library.exporters.erased import Erased
from core.library.exporters.headers import header, write_tensors
from core.library.exporters.naming import hugging_face

INVOKEAI_WIDTHS = (768, 1280)
PIPELINE = ("scheduler", "tokenizer", "unet", "vae")
"""What a Stable Diffusion pipeline has besides the encoder."""


def export_encoder(erased: Erased, path: Path) -> dict[str, Any]:
    """Write `config.json` and `model.safetensors` in float32, as `CLIPTextModel.from_pretrained` reads them."""
    config = {**erased.config, "architectures": ["CLIPTextModel"]}
    atomic_write_text(path / "config.json", json.dumps(config, indent=2) + "\n")
    size = write_tensors(path / "model.safetensors", hugging_face(erased.tensors), header(erased), "float32")
    return {"bytes": size}


def export_invokeai(erased: Erased, path: Path) -> dict[str, Any]:
    """The same folder; InputError for a width that InvokeAI does not import."""
    if erased.width not in INVOKEAI_WIDTHS:
        raise InputError(
            tr("InvokeAI cannot import this text encoder."),
            tr("It is {width} numbers wide; InvokeAI takes {known}.", width=erased.width, known="768, 1280"),
            tr("Export it as a diffusers folder instead."),
        )
    return export_encoder(erased, path)


def export_pipeline(erased: Erased, path: Path, model: Path) -> dict[str, Any]:
    """Write the encoder into a copy of the image model at `model`; only its configurations and safetensors go along."""
    encoder = export_encoder(erased, path / "text_encoder")
    copied = [_copied(source, path / source.relative_to(model)) for source in pipeline_files(model)]
    return {"bytes": encoder["bytes"] + sum(copied)}


def pipeline_files(model: Path) -> Iterable[Path]:
    """The files of the image model besides its encoder."""
    index = model / "model_index.json"
    parts = [path for part in PIPELINE for path in sorted((model / part).rglob("*")) if path.is_file()]
    return [index, *(path for path in parts if path.suffix in (".json", ".safetensors", ".txt"))]


def _copied(source: Path, target: Path) -> int:
    with storage(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return target.stat().st_size
