"""Says what a single safetensors file is: a checkpoint of a whole model, a motion adapter, a LoRA, or else."""

from __future__ import annotations

import re
from pathlib import Path

from core.errors import InputError
from core.i18n import tr
from core.models.bringing import LCM, alike
from core.models.checkpoint import encoder_names, stored_name
from core.models.component import Layout, Role, Source
from core.models.found import PREDICTION, Found, Question
from core.models.headers import Header, read_header
from core.models.recipe import TINY, recipe, sizes
from core.models.signs import (
    ENCODERS,
    SCHEDULERS,
    UNETS,
    VAES,
    Tensors,
    denoiser,
    encoder_width,
    family_of,
    foreign,
    precision,
    refused,
)
from core.resources import resource

WORDS = "clip"
"""The bundled tokenizer, below `resources/tokenizers`."""

UNET, VAE = "model.diffusion_model.", "first_stage_model."
_ENCODER_PREFIXES = ("cond_stage_model.", "conditioner.embedders.")
_LORA = re.compile(r"\.lora_(up|down|A|B)\.|\.lora\.(up|down)\.|_lora\.(up|down)\.")
_LORA_TEXT = re.compile(r"attn2[._](?:processor[._])?to_k.*(?:lora_down|lora_A|lora\.down|_lora\.down)")
_PREDICTED = re.compile(rb"parameterization\s*:\s*[\"']?v\b")
_SIDECAR_LIMIT = 65_536


def identify_file(path: Path, title: str) -> Found:
    """What a file is; ValueError where it is no safetensors file, InputError where Lacuna has no use for it."""
    header = read_header(path)
    title = _readable_title(header, title)
    if any(name.startswith(UNET) for name in header.tensors):
        return _checkpoint(path, title, header)
    if any("motion_modules." in name for name in header.tensors):
        return _motion(path, title, header)
    if any(_LORA.search(name) for name in header.tensors):
        return _lora(path, title, header)
    raise _of_no_use(title, header)


def _readable_title(header: Header, title: str) -> str:
    told = " ".join(header.metadata.get("modelspec.title", "").split())
    return told if told.isprintable() and 0 < len(told) <= 80 else title


def _checkpoint(path: Path, title: str, header: Header) -> Found:
    tensors = header.tensors
    found = denoiser(tensors, UNET)
    if found is None:
        raise _of_no_use(title, header)
    family, end = family_of(found, title)
    architectures = {"unet": UNETS[family], "vae": VAES[family], **ENCODERS[family]}
    problems = {part: _lacking(tensors, family, part, name + end) for part, name in architectures.items()}
    sources = {part: Source(path, Layout.CHECKPOINT, name + end) for part, name in architectures.items()}
    sources["scheduler"] = Source(path, Layout.CHECKPOINT, SCHEDULERS[family])
    sources |= {name: bundled_words() for name in words_of(family)}
    asked, settings = predicted(family, _prediction(path, header))
    return Found(
        path,
        Role.BASE,
        family,
        title,
        sources,
        settings=settings,
        files=(path,),
        bytes=header.size,
        precision={part: precision(tensors, prefix_of(family, part)) for part in architectures},
        questions=asked,
        notes=(tr("It is one file with all parts; its words are those of every CLIP."),),
        missing=tuple(part for part, problem in problems.items() if problem),
        problems=tuple(filter(None, problems.values())),
    )


def words_of(family: str) -> tuple[str, ...]:
    """The tokenizers of a family, one an encoder, as diffusers calls them."""
    return ("tokenizer", "tokenizer_2")[: len(ENCODERS[family])]


def bundled_words() -> Source:
    """CLIP's own words, for files that bring none."""
    return Source(resource("tokenizers", WORDS))


def prefix_of(family: str, part: str) -> str:
    """How the tensors of a part begin in a checkpoint."""
    if part in ("unet", "vae"):
        return UNET if part == "unet" else VAE
    name = next(iter(encoder_names(recipe(ENCODERS[family][part]))))
    return stored_name(family, part, name, {}).split("token_embedding")[0].removesuffix("embeddings.")


def _lacking(tensors: Tensors, family: str, part: str, architecture: str) -> str:
    """In words, what a checkpoint lacks of a part, empty where it is whole."""
    known = recipe(architecture)
    if part.startswith("text_encoder"):
        wanted = {stored_name(family, part, name, known.config) for name in encoder_names(known)}
        lost = len(wanted - set(tensors))
        width = encoder_width(tensors, prefix_of(family, part))
    else:
        lost, width = _too_few(tensors, prefix_of(family, part), architecture), 0
    if width not in (0, known.config.get("hidden_size", 0)):
        return tr("Its part “{part}” is of width {width}, which does not fit its U-Net.", part=part, width=width)
    if lost:
        return tr("Its part “{part}” lacks {count} tensors.", part=part, count=lost)
    kind = precision(tensors, prefix_of(family, part))
    return coarse(part, kind)


def _too_few(tensors: Tensors, prefix: str, architecture: str) -> int:
    """How many tensors a part has less than the published one; trial models are not counted."""
    held = sum(name.startswith(prefix) for name in tensors)
    wanted = sizes().get(architecture, {}).get("tensors", 1 if architecture.endswith(TINY) else 0)
    return max(0, wanted - held)


def coarse(part: str, kind: str) -> str:
    """A text encoder in 8 bits cannot be erased from: what an erasure moves is smaller than its steps."""
    if part.startswith("text_encoder") and kind.startswith("F8"):
        return tr("Its text encoder has 8 bits a number, too few to erase from: take the 16-bit files.")
    return ""


def predicted(family: str, told: str) -> tuple[tuple[Question, ...], dict[str, str]]:
    """What the U-Net predicts: settings where it is known, and a question where files of SD 2 leave it open."""
    if told or family != "sd2":
        return (), {"prediction_type": told or "epsilon"}
    text = tr("Does it predict velocity (SD 2 at 768 pixels) or noise (SD 2 base, at 512)? Its files do not say.")
    choices = {"v_prediction": tr("velocity (768 pixels)"), "epsilon": tr("noise (512 pixels)")}
    return (Question(PREDICTION, text, choices),), {}


def _prediction(path: Path, header: Header) -> str:
    """What a checkpoint says it predicts: by ModelSpec, kohya's notes, a marker, or the settings file beside it."""
    told = header.metadata
    kind, spec = told.get("modelspec.prediction_type", ""), told.get("modelspec.architecture", "")
    if (
        "v_pred" in header.tensors
        or kind.startswith("v")
        or "768-v" in spec
        or told.get("ss_v_parameterization") == "True"
    ):
        return "v_prediction"
    if kind == "epsilon" or spec.endswith("v2-512"):
        return "epsilon"
    return _beside(path.with_suffix(".yaml"))


def _beside(path: Path) -> str:
    """What the model's settings beside it say, as the original releases of SD 2 came with them."""
    if not path.is_file() or path.stat().st_size > _SIDECAR_LIMIT:
        return ""
    text = path.read_bytes()
    if _PREDICTED.search(text):
        return "v_prediction"
    return "epsilon" if b"cond_stage_config" in text else ""


def _motion(path: Path, title: str, header: Header) -> Found:
    tensors = header.tensors
    if any(_LORA.search(name) for name in tensors):
        raise refused(title, tr("It is a motion LoRA, which moves the camera; Lacuna has no use for it yet."))
    if any(name.endswith("conv_in.weight") for name in tensors):
        why = tr("It is a whole U-Net with motion modules built in.")
        raise refused(title, why, tr("Add the motion adapter and the text-to-image model apart."))
    return motion(path, title, tensors, Source(path, Layout.FILE, _motion_architecture(title, tensors)), (path,))


def motion(path: Path, title: str, tensors: Tensors, source: Source, files: tuple[Path, ...]) -> Found:
    """A motion adapter, by the widths of its blocks, its middle block and its table of positions."""
    family = "sdxl" if _blocks(tensors) == 3 else "sd1"
    middle = any("mid_block.motion_modules" in name for name in tensors)
    likeliest = "animatediff-v1-5-2" if middle else "animatediff-v1-5-3"
    most = _positions(tensors)
    return Found(
        path,
        Role.MOTION,
        family,
        title,
        {"motion_adapter": source},
        settings={"most_frames": most},
        files=files,
        bytes=sum(file.stat().st_size for file in files),
        precision={"motion_adapter": precision(tensors)},
        questions=(alike(Role.MOTION, family, likeliest),),
        notes=(tr("It makes clips of at most {frames} frames.", frames=most),),
    )


def _motion_architecture(title: str, tensors: Tensors) -> str:
    """The published adapter of the same make-up; InputError where there is none."""
    blocks, width = _blocks(tensors), _motion_width(tensors)
    middle = any("mid_block.motion_modules" in name for name in tensors)
    name = {(3, False): "sdxl-beta", (4, True): "v1-5-2", (4, False): "v1-5-3"}.get((blocks, middle), "")
    for end in ("", TINY) if name else ():
        if recipe(f"motion-adapter-{name}{end}").config["block_out_channels"][0] == width:
            return f"motion-adapter-{name}{end}"
    why = tr(
        "It is a motion adapter of no kind that Lacuna knows: {count} blocks, the first {width} wide.",
        count=blocks,
        width=width,
    )
    raise refused(title, why)


def _blocks(tensors: Tensors) -> int:
    found = {match[1] for name in tensors if (match := re.search(r"down_blocks\.(\d+)\.motion_modules", name))}
    return len(found)


def _motion_width(tensors: Tensors) -> int:
    ends = (
        "down_blocks.0.motion_modules.0.norm.weight",
        "down_blocks.0.motion_modules.0.temporal_transformer.norm.weight",
    )
    return next((held.shape[0] for name, held in tensors.items() if name.endswith(ends) and held.shape), 0)


def _positions(tensors: Tensors) -> int:
    """Frames that its table of positions has rows for; 32 as in the published ones where it brings none."""
    rows = (held.shape[1] for name, held in tensors.items() if name.endswith(".pe") and len(held.shape) == 3)
    return next(rows, 32)


def _lora(path: Path, title: str, header: Header) -> Found:
    read = [held for name, held in header.tensors.items() if _LORA_TEXT.search(name) and len(held.shape) >= 2]
    denoising = [held for name, held in header.tensors.items() if _is_of_unet(name)]
    if not denoising:
        why = tr("It is a LoRA for a text encoder alone; Lacuna erases from the model's own.")
        raise refused(title, why)
    cross = read[0].shape[1] if read else 0
    family = next((f for f, unet in UNETS.items() if recipe(unet).config["cross_attention_dim"] == cross), "")
    if family != "sd1":
        raise refused(title, _other_lora(family, cross))
    notes = [tr("A host runs it together with a motion adapter, as AnimateLCM is run.")]
    if len(denoising) < len(header.tensors):
        notes.append(tr("What it would do to the text encoder is left out."))
    return Found(
        path,
        Role.LORA,
        family,
        title,
        {"lora": Source(path, Layout.FILE)},
        files=(path,),
        bytes=header.size,
        precision={"lora": precision(header.tensors)},
        questions=(alike(Role.MOTION, family, LCM, lora=True),),
        notes=tuple(notes),
    )


def _is_of_unet(name: str) -> bool:
    return not name.startswith(("lora_te", "text_encoder", "text_model")) and bool(_LORA.search(name))


def _other_lora(family: str, cross: int) -> str:
    if family:
        return tr("It is a LoRA for another family than Stable Diffusion 1, and no host of that family runs one.")
    return tr("It is a LoRA for no family that Lacuna knows; it reads text states of width {width}.", width=cross)


def _of_no_use(title: str, header: Header) -> InputError:
    """What a safetensors file is that is no component, as far as its tensors tell."""
    tensors = header.tensors
    if "lacuna.entry" in header.metadata:
        why = tr("It is an encoder that Lacuna erased and wrote for other programs.")
        return refused(
            title, why, tr("Its entry in the library does the same; a “.lacuna” file brings it to another computer.")
        )
    if name := foreign(iter(tensors)):
        return refused(
            title, tr("It is a model of the family {family}, which Lacuna does not erase from yet.", family=name)
        )
    for known, why in _alone(tensors):
        if known:
            return refused(title, why, tr("Add the folder of the whole model, or its checkpoint in one file."))
    some = ", ".join(sorted(tensors)[:3]) or "–"
    why = tr(
        "It is of no family that Lacuna knows; found: {count} tensors such as {names}.",
        count=len(tensors),
        names=some[:200],
    )
    return refused(title, why)


def _alone(tensors: Tensors) -> tuple[tuple[bool, str], ...]:
    names = tuple(tensors)
    return (
        (any(".SelfAttention." in name for name in names), tr("It is a T5 text encoder alone.")),
        (any(name.startswith("vision_model.") for name in names), tr("It is a CLIP model without its configuration.")),
        (bool(encoder_width(tensors)) or _has(names, "encoder.layers."), tr("It is a text encoder alone.")),
        (_has(names, "decoder.") and _has(names, "encoder."), tr("It is a VAE alone.")),
        (_has(names, *_ENCODER_PREFIXES), tr("It is a checkpoint without its U-Net.")),
        (denoiser(tensors) is not None, tr("It is a U-Net alone.")),
    )


def _has(names: tuple[str, ...], *begins: str) -> bool:
    return any(name.removeprefix("text_model.").startswith(begins) for name in names)
