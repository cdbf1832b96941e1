"""Small random models of every real family, written as they are published: diffusers folders and single files.

`registered(tmp_path, write_base(...), ...)` puts them on the list of an empty models folder and gives the model's card.
"Tiny" has the real make-up with 8 channels and the real vocabulary: the VAE makes a latent of 8 x 8 pixels, so pictures
of 64 pixels are the smallest that fit every U-Net.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from core.models.architectures import build
from core.models.catalogue import FamilyCard, assembled
from core.models.checkpoint import to_checkpoint
from core.models.clip_words import bundled_words, clip_tokenizer
from core.models.component import Component, HostCard, Layout, Role, Source, stamp_of
from core.models.recipe import TINY, Width
from core.models.registry import Registry

FAMILIES = ("sd1", "sd2", "sdxl")
ENCODERS = {
    "sd1": {"text_encoder": "clip-vit-l"},
    "sd2": {"text_encoder": "openclip-vit-h"},
    "sdxl": {"text_encoder": "clip-vit-l", "text_encoder_2": "openclip-vit-bigg"},
}
PICTURE = {
    "sd1": {"unet": "sd1-unet", "vae": "sd-vae"},
    "sd2": {"unet": "sd2-unet", "vae": "sd-vae"},
    "sdxl": {"unet": "sdxl-unet", "vae": "sdxl-vae"},
}
SCHEDULERS = {"sd1": "sd-scheduler", "sd2": "sd-scheduler", "sdxl": "sdxl-scheduler"}
ADAPTERS = {"sd1": "motion-adapter-v1-5-3", "sdxl": "motion-adapter-sdxl-beta"}
PADS = {"text_encoder": {"sd1": 49407, "sd2": 0, "sdxl": 49407}, "text_encoder_2": {"sdxl": 0}}
SIZE = 64


def architectures(family: str) -> dict[str, str]:
    """The architecture of each part of a family that has weights."""
    return {**ENCODERS[family], **PICTURE[family]}


def parts(family: str, width: Width = "tiny", dtype: torch.dtype = torch.float32) -> dict[str, Any]:
    """Modules of a family by part, each with its own random weights."""
    named = enumerate(architectures(family).items())
    return {part: build(name, width, dtype, seed=k) for k, (part, name) in named}


def write_base(
    folder: Path,
    family: str,
    width: Width = "tiny",
    dtype: torch.dtype = torch.float32,
    prediction: str = "epsilon",
    variant: str = "",
) -> Component:
    """A text-to-image model as a diffusers folder; `variant` is as in `model.fp16.safetensors`."""
    for k, (part, name) in enumerate(architectures(family).items()):
        build(name, width, dtype, seed=k).save_pretrained(folder / part, variant=variant or None)
    _write_schedule(folder / "scheduler", family, prediction)
    for encoder, name in zip(ENCODERS[family], ("tokenizer", "tokenizer_2"), strict=False):
        write_words(folder / name, PADS[encoder][family])
    names = [*architectures(family), "scheduler", *("tokenizer", "tokenizer_2")[: len(ENCODERS[family])]]
    _write_index(folder, family, names)
    sources = {name: Source(folder / name) for name in names}
    return component(folder, Role.BASE, family, sources, settings={"prediction_type": prediction})


def write_checkpoint(
    path: Path, family: str, width: Width = "tiny", dtype: torch.dtype = torch.float32, prediction: str = "epsilon"
) -> Component:
    """The model that `write_base` writes with the same arguments, as one file in the names of the original releases."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = parts(family, width, dtype)
    states = {part: module.state_dict() for part, module in made.items()}
    save(to_checkpoint(family, states, {part: module.config for part, module in made.items()}, torch.cat), path)
    end = TINY if width == "tiny" else ""
    sources = {part: Source(path, Layout.CHECKPOINT, f"{name}{end}") for part, name in architectures(family).items()}
    schedule = "sd2-v-scheduler" if prediction == "v_prediction" else SCHEDULERS[family]
    sources["scheduler"] = Source(path, Layout.CHECKPOINT, schedule)
    words = ("tokenizer", "tokenizer_2")[: len(ENCODERS[family])]
    sources |= {name: Source(bundled_words()) for name in words}
    return component(path, Role.BASE, family, sources, settings={"prediction_type": prediction})


def write_motion_adapter(
    folder: Path,
    family: str = "sd1",
    architecture: str = "",
    width: Width = "tiny",
    frames: int = 4,
    dtype: torch.dtype = torch.float32,
) -> Component:
    """A motion adapter, and the host that it brings, with clips of a few frames."""
    build(architecture or ADAPTERS[family], width, dtype, seed=7).save_pretrained(folder)
    pipeline = "AnimateDiffSDXLPipeline" if family == "sdxl" else "AnimateDiffPipeline"
    host = replace(
        clip_host(pipeline, {"unet": "unet", "motion_adapter": "./motion_adapter"}, frames),
        scheduler={"class": "DDIMScheduler", "beta_schedule": "linear", "timestep_spacing": "linspace"},
        most_frames=32,
    )
    return component(folder, Role.MOTION, family, {"motion_adapter": Source(folder)}, host=host)


def write_video(
    folder: Path, own: tuple[str, ...] = (), width: Width = "tiny", frames: int = 4, moved: float = 0.0, height: int = 0
) -> Component:
    """A ModelScope of the SD 2 family. `own` are parts it brings beside its U-Net: `text_encoder`, `vae`, `tokenizer`.

    Its text encoder is the base's of `write_base`, moved by `moved` times noise.
    """
    build("modelscope-unet3d", width, seed=8).save_pretrained(folder / "unet")
    if "text_encoder" in own:
        shifted(build("openclip-vit-h", width, seed=0), moved).save_pretrained(folder / "text_encoder")
    if "vae" in own:
        build("sd-vae", width, seed=9).save_pretrained(folder / "vae")
    if "tokenizer" in own:
        write_words(folder / "tokenizer", 0)
    places = {part: f"./{part}" for part in ("unet", *own)}
    host = replace(clip_host("TextToVideoSDPipeline", places, frames), height=height)
    return component(folder, Role.VIDEO, "sd2", {part: Source(folder / part) for part in places}, host=host)


def write_judge(folder: Path, width: Width = "tiny") -> Component:
    """A CLIP judge with its tokenizer and the sizes of its pictures."""
    judge = build("clip-vit-b-32", width, seed=11)
    judge.save_pretrained(folder)
    clip_tokenizer().save_pretrained(folder)
    size = judge.config.vision_config.image_size
    looks = {
        "crop_size": {"height": size, "width": size},
        "size": {"shortest_edge": size},
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "do_center_crop": True,
        "do_normalize": True,
        "do_resize": True,
        "resample": 3,
        "image_processor_type": "CLIPImageProcessor",
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(looks))
    return component(folder, Role.JUDGE, "", {"judge": Source(folder)})


def registered(root: Path, base: Component, *others: Component, size: int = SIZE, steps: int = 2) -> FamilyCard:
    """Put components on the list of the models folder `root`; the card makes small pictures and clips in few steps.

    A test whose code opens the model by its name through `families()` sets `Settings.models` to `root` first.
    """
    registry = Registry(root)
    for one in (base, *others):
        registry.add(one)
    card = assembled(base, registry.components())
    hosts = tuple(replace(host, size=size, steps=steps, frames=min(host.frames, 4)) for host in card.hosts)
    return replace(card, hosts=hosts)


def clip_host(pipeline: str, folders: dict[str, str], frames: int) -> HostCard:
    """A host as a component brings it, small."""
    return HostCard("", "", pipeline, frames, 8, SIZE, 2, 4.0, folders)


def component(
    place: Path,
    role: Role,
    family: str,
    sources: dict[str, Source],
    host: HostCard | None = None,
    settings: dict[str, Any] | None = None,
) -> Component:
    """A component of the files at `place`, stamped as they are now."""
    files = [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())
    return Component(
        id=place.stem,
        title=place.stem,
        role=role,
        family=family,
        sources=sources,
        host=host,
        settings=settings or {},
        files={str(path): stamp_of(path) for path in files},
    )


def shifted(module: nn.Module, amount: float, seed: int = 5) -> Any:
    """The module, every tensor of it moved by noise of this standard deviation."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(amount * torch.randn(parameter.shape, generator=generator).to(parameter))
    return module


def save(tensors: dict[str, Tensor], path: Path) -> None:
    """A safetensors file of tensors that may be views of one another."""
    from safetensors.torch import save_file

    save_file({name: tensor.clone().contiguous() for name, tensor in tensors.items()}, path)


def write_words(folder: Path, pad: int) -> None:
    """CLIP's tokenizer with this padding, as a folder."""
    shutil.copytree(_words(pad).name, folder)


@cache
def _words(pad: int) -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="lacuna-words-")
    clip_tokenizer(pad).save_pretrained(folder.name)
    return folder


def _write_schedule(folder: Path, family: str, prediction: str) -> None:
    scheduler = build("sd2-v-scheduler" if prediction == "v_prediction" else SCHEDULERS[family])
    scheduler.save_pretrained(folder)


def _write_index(folder: Path, family: str, names: list[str]) -> None:
    pipeline = "StableDiffusionXLPipeline" if family == "sdxl" else "StableDiffusionPipeline"
    index: dict[str, Any] = {"_class_name": pipeline, "_diffusers_version": "0.42.1"}
    for name in names:
        library = "transformers" if name.startswith(("text_encoder", "tokenizer")) else "diffusers"
        index[name] = [library, _class_of(folder / name)]
    (folder / "model_index.json").write_text(json.dumps(index))


def _class_of(folder: Path) -> str:
    if folder.name.startswith("tokenizer"):
        return "CLIPTokenizer"
    config = json.loads(next(iter(folder.glob("*config.json"))).read_text("utf-8"))
    return config.get("_class_name") or config["architectures"][0]
