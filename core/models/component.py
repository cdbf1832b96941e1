"""What a person has on the disk of a model: its parts, where each lies, and what it is good for. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Role(StrEnum):
    """What a component is: a text-to-image model, something that makes it move, a whole video model, or a judge."""

    BASE = "base"
    MOTION = "motion_adapter"
    LORA = "lora"
    VIDEO = "video"
    JUDGE = "judge"


class Layout(StrEnum):
    """How a part is stored.

    `FOLDER`: the part's own folder, as diffusers and transformers write it. `FILE`: one safetensors file with the
    part's own tensor names. `CHECKPOINT`: one safetensors file that holds all parts of a model, in the names of the
    original releases (LDM and SGM).
    """

    FOLDER = "folder"
    FILE = "file"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True)
class Source:
    """Where one part lies. `architecture` names the configuration in `resources/architectures` of a part without one.

    A path below the bundled tokenizers is allowed too, for checkpoints that carry no words of their own.
    """

    path: Path
    layout: Layout = Layout.FOLDER
    architecture: str = ""


@dataclass(frozen=True)
class HostCard:
    """A host and its defaults; `frames` is 1 for stills, `size` and `height` are in pixels, `fps` in frames a second.

    `folders` maps a part of the pipeline to where its family, or the component that brings the host (`./part`), keeps
    it. `scheduler` is a diffusers class with what differs from the base model's schedule; empty takes the latter as it
    is. `most_frames` is what the host can make at once, 0 for no limit that is known.
    """

    name: str
    title: str
    pipeline: str
    frames: int
    fps: int
    size: int
    steps: int
    guidance: float
    folders: dict[str, str]
    height: int = 0
    scheduler: dict[str, Any] = field(default_factory=dict)
    most_frames: int = 0

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height."""
        return self.size, self.height or self.size


@dataclass(frozen=True)
class Component:
    """One thing on the disk that models are put together from.

    `family` is the family it belongs to, empty for a judge. `sources` say where each part lies, by the name diffusers
    gives the part (`unet`, `text_encoder_2`, `motion_adapter`, `lora`, …). `host` is what it brings along, `catalogue`
    the catalogue's model it was downloaded as, empty for the person's own files. `settings` are facts found in the
    files, such as `prediction_type`. `files` are size in bytes and modification time in ns of every file, by path, when
    it was added.
    """

    id: str
    title: str
    role: Role
    family: str
    sources: Mapping[str, Source]
    licence: str = ""
    catalogue: str = ""
    host: HostCard | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[str, ...]:
        """Paths of files that have gone or changed since the component was added."""
        return tuple(path for path, stamp in self.files.items() if stamp_of(Path(path)) != tuple(stamp))


def stamp_of(path: Path) -> tuple[int, int]:
    """Size in bytes and modification time in ns, zeros for a file that is not there."""
    try:
        told = path.stat()
    except OSError:
        return 0, 0
    return told.st_size, told.st_mtime_ns
