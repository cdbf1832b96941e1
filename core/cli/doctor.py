"""`doctor`: whether this installation can do its work, and where it cannot, why."""

from __future__ import annotations

import argparse
import platform
import shutil
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from core.cli.commands import Commands, add_command
from core.cli.console import DONE, FAILED, Console
from core.cli.tables import size
from core.errors import LacunaError
from core.files import read_object
from core.models.catalogue import family_card
from core.models.checksums import CHECKSUMS, changed_files
from core.resources import resource

_PACKAGES = {
    "torch": "torch",
    "diffusers": "diffusers",
    "transformers": "transformers",
    "PySide6": "PySide6",
    "opencv": "opencv-python",
    "numpy": "numpy",
}
_MISSING = "not installed"


@dataclass(frozen=True)
class Finding:
    """What one check found: lines for a person, the same as data, and whether all is well."""

    sound: bool
    lines: tuple[str, ...]
    data: dict[str, Any] = field(default_factory=dict)


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `doctor`."""
    summary = "Check versions, devices, the library, the codec and the starter's files."
    add_command(commands, common, "doctor", doctor, summary, "--json")


def doctor(arguments: argparse.Namespace, console: Console) -> int:
    """Every check; FAILED when one finds a fault."""
    checks: dict[str, Callable[[], Finding]] = {
        "versions": versions,
        "devices": device_list,
        "library": lambda: library_folder(arguments.library),
        "codecs": codecs,
        "starter": lambda: starter_files(family_card("starter").folder),
    }
    findings = {name: _checked(check) for name, check in checks.items()}
    sound = all(finding.sound for finding in findings.values())
    console.data({"sound": sound, **{name: {"sound": f.sound, **f.data} for name, f in findings.items()}})
    for name, finding in findings.items():
        console.say(name if finding.sound else f"{name}: a fault")
        console.say("\n".join(f"  {line}" for line in finding.lines))
    console.say("All is sound." if sound else "Something needs your attention; see above.")
    return DONE if sound else FAILED


def _checked(check: Callable[[], Finding]) -> Finding:
    """The check's finding; a check that cannot run is itself a fault."""
    try:
        return check()
    except (LacunaError, OSError, ImportError, RuntimeError, ValueError) as error:
        return Finding(sound=False, lines=(str(error),), data={"problem": str(error)})


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return _MISSING


def lacuna_version() -> str:
    """Lacuna's own version, from the checkout's project file or from the installed package."""
    project = resource().parent / "pyproject.toml"
    return tomllib.loads(project.read_text("utf-8"))["project"]["version"] if project.is_file() else _version("lacuna")


def versions() -> Finding:
    """Lacuna, Python and the packages it stands on."""
    found = {"lacuna": lacuna_version(), "python": platform.python_version()}
    found |= {name: _version(package) for name, package in _PACKAGES.items()}
    return Finding(_MISSING not in found.values(), tuple(f"{name} {version}" for name, version in found.items()), found)


def device_list() -> Finding:
    """The CPU and the GPUs; a GPU that torch cannot reach is told, and is no fault, since the CPU does the work."""
    from core.hardware.devices import Device, devices

    def line(device: Device) -> str:
        memory = f"{size(device.free_bytes)} free of {size(device.memory_bytes)}"
        note = "" if device.usable else "; the installed torch cannot use it: install torch's CUDA build"
        return f"{device.id}: {device.title}, {memory}{note}"

    found = devices()
    return Finding(sound=True, lines=tuple(map(line, found)), data={"devices": [asdict(device) for device in found]})


def library_folder(folder: str) -> Finding:
    """Whether the library can be opened and written to, and how much space is left there."""
    from core.library.store import Library

    root = Library(folder or None).root
    with tempfile.TemporaryFile(dir=root):
        free = shutil.disk_usage(root).free
    return Finding(sound=True, lines=(f"{root}, {size(free)} free",), data={"folder": str(root), "free_bytes": free})


def codecs() -> Finding:
    """Whether a VP9 clip can be written and read back."""
    import numpy as np

    from core.media.clip import read_clip, write_clip

    frames = np.full((4, 64, 64, 3), 128, np.uint8)
    frames[1::2] = 32
    with tempfile.TemporaryDirectory() as folder:
        clip = read_clip(write_clip(Path(folder) / "probe.webm", frames, 8.0, {"prompt": "probe"}))
    sound = clip.frames.shape == frames.shape and float(np.abs(clip.frames - frames.astype(np.float32)).mean()) < 8
    state = "written and read back" if sound else "the clip read back differs from the clip written"
    return Finding(sound, (f"VP9 in WebM: {state}",), {"vp9_webm": sound})


def starter_files(folder: Path) -> Finding:
    """The starter's files against the checksums they were shipped with."""
    if not (folder / CHECKSUMS).is_file():
        what = f"{_MISSING}: restore the folder resources/starter that came with Lacuna"
        return Finding(sound=False, lines=(what,), data={"installed": False, "changed": []})
    wanted, changed = read_object(folder / CHECKSUMS), changed_files(folder)
    lines = tuple(f"{name}: missing or changed; restore it from a fresh copy" for name in changed)
    data = {"installed": True, "files": len(wanted), "changed": changed}
    return Finding(not changed, lines or (f"{len(wanted)} files as they were shipped",), data)
