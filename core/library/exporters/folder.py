"""A folder as diffusers reads it: the text encoder alone, which also suits InvokeAI, or the whole image pipeline."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.files import atomic_write_text, storage
from core.i18n import tr
from core.library.exporters.erased import Encoders, Erased
from core.library.exporters.headers import header, write_tensors
from core.library.exporters.naming import hugging_face
from core.models.catalogue import FamilyCard
from core.models.component import Layout
from core.models.openclip import PROJECTION
from core.models.tensors import encoder_config

INVOKEAI_WIDTHS = (768, 1280)
PARTS = ("scheduler", "tokenizer", "unet", "vae")
"""What a Stable Diffusion pipeline has besides its encoders; one with two encoders has `tokenizer_2` as well."""
_NO_FOLDER = tr("This image model is no diffusers folder, so it cannot be copied as one.")


def export_encoder(encoders: Encoders, path: Path) -> dict[str, Any]:
    """Write `config.json` and `model.safetensors` in float32, as transformers reads them; a folder for each of two."""
    if len(encoders) == 1:
        return {"bytes": _written(encoders[0], path)}
    return {"bytes": sum(_written(erased, path / erased.part) for erased in encoders)}


def _written(erased: Erased, path: Path) -> int:
    kind = "CLIPTextModelWithProjection" if PROJECTION in erased.base else "CLIPTextModel"
    config = {**erased.config, "architectures": [kind]}
    atomic_write_text(path / "config.json", json.dumps(config, indent=2) + "\n")
    return write_tensors(path / "model.safetensors", hugging_face(erased.tensors), header(erased), "float32")


def export_invokeai(encoders: Encoders, path: Path) -> dict[str, Any]:
    """The same folders; InputError for a width that InvokeAI does not import."""
    if wrong := _width_refusal([erased.width for erased in encoders]):
        fix = tr("Export it as a diffusers folder instead.")
        raise InputError(tr("InvokeAI cannot import this text encoder."), wrong, fix)
    return export_encoder(encoders, path)


def invokeai_refusal(model: FamilyCard) -> str:
    """Why InvokeAI would not import a model's encoders, empty where it would; LacunaError if they cannot be read."""
    return _width_refusal([int(encoder_config(model, encoder.part)["hidden_size"]) for encoder in model.encoders])


def _width_refusal(widths: list[int]) -> str:
    wrong = next((width for width in widths if width not in INVOKEAI_WIDTHS), 0)
    known = ", ".join(map(str, INVOKEAI_WIDTHS))
    return tr("It is {width} numbers wide; InvokeAI takes {known}.", width=wrong, known=known) if wrong else ""


def export_pipeline(encoders: Encoders, path: Path, model: FamilyCard | None) -> dict[str, Any]:
    """Write the encoders into a copy of their image model; only its configurations and safetensors go along.

    InputError for a model that is no diffusers folder: copying one file into another layout would be a conversion.
    """
    if model is None or pipeline_refusal(model):
        raise InputError(_NO_FOLDER, fix=tr("Export the encoder alone, and use it with the model you have."))
    size = sum(_written(erased, path / erased.part) for erased in encoders)
    return {"bytes": size + sum(_copied(source, path / name) for source, name in pipeline_files(model))}


def pipeline_refusal(model: FamilyCard) -> str:
    """Why a model cannot be copied as a pipeline, empty where it can."""
    return "" if any(True for _ in pipeline_files(model)) else _NO_FOLDER


def pipeline_files(model: FamilyCard) -> Iterator[tuple[Path, str]]:
    """The files of an image model besides its encoders, and where each lies in a diffusers folder."""
    unet = model.source("unet")
    index = unet.path.parent / "model_index.json"
    if unet.layout is not Layout.FOLDER or not index.is_file():
        return
    yield index, index.name
    for part in (*PARTS, "tokenizer_2"):
        folder = index.parent / part
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".json", ".safetensors", ".txt"):
                yield path, path.relative_to(index.parent).as_posix()


def _copied(source: Path, target: Path) -> int:
    with storage(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return target.stat().st_size
