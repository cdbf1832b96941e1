"""Says what a folder is: a whole diffusers pipeline, a part of one, a motion adapter, a judge."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.files import parse_object
from core.i18n import tr
from core.models.bringing import LCM, alike
from core.models.component import Layout, Role, Source
from core.models.found import Found
from core.models.headers import Held, read_header, require_regular
from core.models.identify_file import bundled_words, coarse, identify_file, motion, predicted, words_of
from core.models.linking import TEXTS
from core.models.signs import (
    ENCODERS,
    SCHEDULERS,
    Denoiser,
    denoiser,
    encoder_width,
    family_of,
    precision,
    refused,
    video_family,
)
from core.models.tensors import weights_in

_JSON_LIMIT = 4_000_000
_TOKENIZER_FILES = (("tokenizer.json",), ("vocab.json", "merges.txt"))
_OTHERS = {"transformer": "DiT", "prior": "Kandinsky", "decoder": "Kandinsky"}
"""Folders of denoisers that are no U-Net, and whose they are where the configuration does not say."""


def identify_folder(folder: Path, title: str) -> Found:
    """What a folder is; InputError where Lacuna has no use for it."""
    if (folder / "unet").is_dir():
        return _pipeline(folder, title)
    kind = _kind(_config(folder / "config.json"))
    if kind == "MotionAdapter":
        return _adapter(folder, title)
    if kind == "CLIPModel":
        return _judge(folder, title)
    if kind:
        raise _part_alone(folder, title, kind)
    for name, usual in _OTHERS.items():
        if (folder / name).is_dir():
            family = _kind(_config(folder / name / "config.json")) or usual
            why = tr("It is a model of the family {family}, which Lacuna does not erase from yet.", family=family)
            raise refused(title, why)
    return _only_file(folder, title)


def _config(path: Path) -> dict[str, Any]:
    """A configuration, empty where there is none or it is broken; links are followed."""
    try:
        return parse_object(path.read_bytes()) if require_regular(path) <= _JSON_LIMIT else {}
    except (ValueError, OSError):
        return {}


def _kind(config: Mapping[str, Any]) -> str:
    """The class that a configuration names, diffusers' way or transformers'."""
    listed = config.get("architectures")
    first = listed[0] if isinstance(listed, list) and listed else ""
    kinds = {"clip": "CLIPModel", "clip_text_model": "CLIPTextModel", "t5": "T5EncoderModel"}
    return str(config.get("_class_name") or first or kinds.get(str(config.get("model_type")), ""))


def _only_file(folder: Path, title: str) -> Found:
    """A folder of loose files is what its one safetensors file is."""
    files = sorted(folder.glob("*.safetensors"))
    if len(files) == 1:
        try:
            return identify_file(files[0], title)
        except ValueError as error:
            raise refused(files[0].name, tr("Of the file: {reason}.", reason=error)) from error
    if files:
        raise refused(title, tr("It holds several files: choose one of them."), ", ".join(f.name for f in files[:4]))
    inner = sorted(path.name for path in folder.iterdir() if (path / "model_index.json").is_file())
    if inner:
        raise refused(
            title, tr("The models lie deeper in it."), tr("Choose one of: {names}.", names=", ".join(inner[:4]))
        )
    raise refused(title, tr("There is no model in it: no U-Net, no motion adapter, and no safetensors file."))


def _part_alone(folder: Path, title: str, kind: str) -> InputError:
    whole = folder.parent
    why = tr("It is one part of a model ({kind}).", kind=kind[:60])
    if (whole / "model_index.json").is_file():
        return refused(title, why, tr("Choose the whole folder: “{path}”.", path=whole))
    return refused(title, why, tr("Add the folder of the whole model, or its checkpoint in one file."))


class _Parts:
    """The parts that a folder holds: tensors, files, and what keeps one from being used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tensors: dict[str, dict[str, Held]] = {}
        self.files: list[Path] = [folder / "model_index.json"] if (folder / "model_index.json").is_file() else []
        self.problems: dict[str, str] = {}

    def read(self, part: str, place: Path | None = None) -> bool:
        """Read the headers of a part's weights; False where there is no such part, or it cannot be used."""
        folder = place or self.folder / part
        if not folder.is_dir():
            return False
        try:
            weights, _variant = weights_in(folder)
            self.tensors[part] = {name: held for path in weights for name, held in read_header(path).tensors.items()}
        except ValueError as error:
            self.problems[part] = tr("Its part “{part}” cannot be used: {reason}.", part=part, reason=error)
            return False
        self.files += [*weights, *self.texts(folder)]
        return True

    def texts(self, folder: Path) -> list[Path]:
        """The configurations and word lists in a folder."""
        return [path for path in sorted(folder.iterdir()) if path.suffix in TEXTS and path.is_file()]

    def found(self, part: str) -> Denoiser | None:
        """The signs of a part that is a U-Net."""
        return denoiser(self.tensors.get(part, {}))


def _pipeline(folder: Path, title: str) -> Found:
    """A pipeline for pictures or for clips, by its U-Net."""
    parts = _Parts(folder)
    found = parts.found("unet") if parts.read("unet") else None
    if found is None:
        raise refused(title, parts.problems.get("unet") or tr("Its part “unet” is no U-Net with text states."))
    if any("motion_modules." in name for name in parts.tensors["unet"]):
        why = tr("It is a whole U-Net with motion modules built in.")
        raise refused(title, why, tr("Add the motion adapter and the text-to-image model apart."))
    return _video(folder, title, parts, found) if found.film else _base(folder, title, parts, found)


def _base(folder: Path, title: str, parts: _Parts, found: Denoiser) -> Found:
    family, _end = family_of(found, title)
    encoders = tuple(ENCODERS[family])
    for part in ("vae", *encoders):
        if not parts.read(part) and part not in parts.problems:
            parts.problems[part] = tr("Its part “{part}” is missing.", part=part)
    _check_encoders(parts, encoders, found.cross)
    words, notes = _words(folder, words_of(family), parts)
    schedule = _config(folder / "scheduler" / "scheduler_config.json")
    told = schedule.get("prediction_type", "epsilon" if schedule else "")
    questions, settings = predicted(family, told if told in ("epsilon", "v_prediction") else "")
    return Found(
        folder,
        Role.BASE,
        family,
        title,
        {
            **{part: Source(folder / part) for part in ("unet", "vae", *encoders)},
            **words,
            "scheduler": _schedule(folder, family, schedule, parts),
        },
        settings=settings,
        files=tuple(parts.files),
        bytes=_bytes(parts.files),
        precision={part: precision(tensors) for part, tensors in parts.tensors.items()},
        questions=questions,
        notes=notes,
        missing=tuple(parts.problems),
        problems=tuple(parts.problems.values()),
    )


def _check_encoders(parts: _Parts, encoders: tuple[str, ...], cross: int) -> None:
    """Note as problems encoders that are too coarse, or that together are not as wide as what the U-Net reads."""
    held = {part: parts.tensors[part] for part in encoders if part in parts.tensors}
    for part, tensors in held.items():
        if told := coarse(part, precision(tensors)):
            parts.problems[part] = told
        if not encoder_width(tensors):
            parts.problems[part] = tr("Its part “{part}” is no CLIP text encoder.", part=part)
    width = sum(map(encoder_width, held.values()))
    if len(held) == len(encoders) and not parts.problems and width != cross:
        told = tr("Its text encoder is {width} wide, its U-Net reads {cross}.", width=width, cross=cross)
        parts.problems[encoders[-1]] = told


def _words(folder: Path, names: tuple[str, ...], parts: _Parts) -> tuple[dict[str, Source], tuple[str, ...]]:
    """Where each tokenizer lies, CLIP's own for those that are missing, and a note of that."""
    sources: dict[str, Source] = {}
    for name in names:
        place = folder / name
        own = any(all((place / file).is_file() for file in wanted) for wanted in _TOKENIZER_FILES)
        sources[name] = Source(place) if own else bundled_words()
        parts.files += parts.texts(place) if own else []
    lent = any(source == bundled_words() for source in sources.values())
    return sources, (tr("It brings no tokenizer: Lacuna takes the words of every CLIP."),) if lent else ()


def _schedule(folder: Path, family: str, config: Mapping[str, Any], parts: _Parts) -> Source:
    if not config:
        return Source(folder, Layout.FOLDER, SCHEDULERS[family])
    parts.files += parts.texts(folder / "scheduler")
    return Source(folder / "scheduler")


def _bytes(files: list[Path]) -> int:
    return sum(path.stat().st_size for path in files)


def _video(folder: Path, title: str, parts: _Parts, found: Denoiser) -> Found:
    """A model for clips with what it has of its own; what it lacks it takes from the text-to-image model."""
    family = video_family(found, title)
    own = ["unet", *(part for part in ("vae", "text_encoder") if parts.read(part))]
    sources = {part: Source(folder / part) for part in own}
    words, _notes = _words(folder, ("tokenizer",), parts)
    sources |= {name: source for name, source in words.items() if source != bundled_words()}
    if _config(folder / "scheduler" / "scheduler_config.json"):
        sources["scheduler"] = _schedule(folder, family, {"own": True}, parts)
    lent = [part for part in ("vae", "text_encoder", "tokenizer") if part not in sources]
    notes = tr("The text-to-image model lends it: {parts}.", parts=", ".join(lent)) if lent else ""
    return Found(
        folder,
        Role.VIDEO,
        family,
        title,
        sources,
        files=tuple(parts.files),
        bytes=_bytes(parts.files),
        precision={part: precision(tensors) for part, tensors in parts.tensors.items()},
        questions=(alike(Role.VIDEO, family, "modelscope"),),
        notes=(notes, *parts.problems.values()) if notes else tuple(parts.problems.values()),
    )


def _adapter(folder: Path, title: str) -> Found:
    """A motion adapter's folder; a LoRA that lies beside it goes with it, as AnimateLCM is published."""
    parts = _Parts(folder)
    if not parts.read("motion_adapter", folder):
        raise refused(title, parts.problems["motion_adapter"])
    made = motion(folder, title, parts.tensors["motion_adapter"], Source(folder), tuple(parts.files))
    loras = [lora for path in sorted(folder.glob("*.safetensors")) if path not in parts.files and (lora := _lora(path))]
    return made if len(loras) != 1 else _with_lora(made, loras[0])


def _lora(path: Path) -> Found | None:
    try:
        found = identify_file(path, path.stem)
    except (ValueError, InputError):
        return None
    return found if found.role is Role.LORA else None


def _with_lora(made: Found, lora: Found) -> Found:
    """The adapter and the LoRA beside it as one."""
    return Found(
        made.path,
        made.role,
        made.family,
        made.title,
        {**made.sources, **lora.sources},
        settings=made.settings,
        files=(*made.files, *lora.files),
        bytes=made.bytes + lora.bytes,
        precision={**made.precision, **lora.precision},
        questions=(alike(Role.MOTION, made.family, LCM, lora=True),),
        notes=(*made.notes, tr("A LoRA lies beside it and goes with it.")),
    )


def _judge(folder: Path, title: str) -> Found:
    parts = _Parts(folder)
    if not parts.read("judge", folder):
        raise refused(title, parts.problems["judge"])
    has_words = any(all((folder / file).is_file() for file in wanted) for wanted in _TOKENIZER_FILES)
    lost = [
        tr("Its part “{part}” is missing.", part=part)
        for part, there in (("preprocessor_config.json", _looks(folder)), ("tokenizer", has_words))
        if not there
    ]
    return Found(
        folder,
        Role.JUDGE,
        "",
        title,
        {"judge": Source(folder)},
        files=tuple(parts.files),
        bytes=_bytes(parts.files),
        precision={"judge": precision(parts.tensors["judge"])},
        notes=(tr("It says what a picture shows, for every large model."),),
        missing=tuple(lost and ("judge",)),
        problems=tuple(lost),
    )


def _looks(folder: Path) -> bool:
    return (folder / "preprocessor_config.json").is_file()
