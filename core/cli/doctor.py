"""`doctor`: whether this installation can do its work, and where it cannot, why."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.cli.commands import Commands, add_command
from core.cli.console import DONE, FAILED, Console
from core.cli.tables import size
from core.errors import LacunaError
from core.files import read_object
from core.folders import settings_file
from core.hardware.devices import driver, torch_cuda
from core.hardware.nvml import User
from core.hardware.software import MISSING, versions
from core.models.catalogue import family_card
from core.models.checksums import CHECKSUMS, changed_files
from core.settings import current, load


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
        "versions": version_list,
        "devices": device_list,
        "driver": driver_state,
        "gpu pack": gpu_pack,
        "settings": settings_in_use,
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


def version_list() -> Finding:
    """Lacuna, Python and the packages it stands on."""
    found = versions()
    return Finding(MISSING not in found.values(), tuple(f"{name} {version}" for name, version in found.items()), found)


def settings_in_use() -> Finding:
    """What the engine runs on by the settings; a settings file that cannot be read is a fault."""
    from core.hardware.plan import make_plan

    loaded, chosen = load(), make_plan(current())
    lines = (f"device {chosen.device}, memory {chosen.memory}", *filter(None, (chosen.note, loaded.note)))
    data = {"file": str(settings_file()), "device": chosen.device, "memory": chosen.memory, "note": chosen.note}
    return Finding(not loaded.note, lines, data)


def driver_state() -> Finding:
    """NVIDIA's driver against the installed torch; none at all is no fault."""
    found, cuda = driver(), torch_cuda()
    if found is None:
        return Finding(sound=True, lines=("no NVIDIA driver",), data={"version": "", "torch_cuda": cuda})
    sound = not cuda or found.cuda >= int(cuda.partition(".")[0])
    line = f"NVIDIA {found.version}, CUDA {found.cuda}; torch was built for {cuda or 'the CPU'}"
    fix = () if sound else ("too old for this torch: update the driver",)
    return Finding(sound, (line, *fix), {"version": found.version, "cuda": found.cuda, "torch_cuda": cuda})


def gpu_pack() -> Finding:
    """The GPU pack; one that is there and cannot be used is a fault."""
    from core.hardware.pack.standing import State, look

    found = look()
    lines = tuple(filter(None, (found.words, found.fix)))
    return Finding(found.state is not State.PROBLEM, lines, {"state": found.state, "used": found.used})


def device_list() -> Finding:
    """The CPU and the GPUs; a GPU that torch cannot reach is told, and is no fault, since the CPU does the work."""
    from core.hardware.devices import Device, devices, driver_gpus
    from core.hardware.nvml import other_users

    def line(device: Device) -> str:
        memory = f"{size(device.free_bytes)} free of {size(device.memory_bytes)}"
        note = "" if device.usable else "; torch cannot use it: see gpu status"
        return f"{device.id}: {device.title}, {memory}{note}"

    found = devices()
    programs = {gpu.id: other_users(gpu.id) for gpu in driver_gpus()}
    told = [user_line(name, user) for name, users in programs.items() for user in users]
    held = [{"device": name, **asdict(user)} for name, users in programs.items() for user in users]
    data = {"devices": [asdict(device) for device in found], "programs": held}
    return Finding(sound=True, lines=(*map(line, found), *told), data=data)


def user_line(device: str, user: User) -> str:
    """What another program holds of a GPU; on Windows its driver names the program alone."""
    held = "memory that the driver does not tell" if user.bytes is None else size(user.bytes)
    return f"{device}: {user.name} (process {user.pid}) holds {held}"


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
        what = f"{MISSING}: restore the folder resources/starter that came with Lacuna"
        return Finding(sound=False, lines=(what,), data={"installed": False, "changed": []})
    wanted, changed = read_object(folder / CHECKSUMS), changed_files(folder)
    lines = tuple(f"{name}: missing or changed; restore it from a fresh copy" for name in changed)
    data = {"installed": True, "files": len(wanted), "changed": changed}
    return Finding(not changed, lines or (f"{len(wanted)} files as they were shipped",), data)
