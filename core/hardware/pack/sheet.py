"""What the GPU pack of a system is made of: pinned wheels with their hashes, sizes, and what it asks of the card."""

from __future__ import annotations

import platform
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from core.resources import resource

_PIN = re.compile(r"(?P<name>[\w.-]+)===(?P<version>[\w.+!]+) --hash=sha256:(?P<sha256>[0-9a-f]{64})")


@dataclass(frozen=True)
class Wheel:
    """One file to download, of so many bytes.

    It is asked for by `===`, which a local build such as `2.13.0+cpu` does not satisfy as it does `==`: an index that
    has one gives us the build for the CPU otherwise, and pip ends with a wrong hash.
    """

    name: str
    version: str
    sha256: str
    bytes: int

    @property
    def line(self) -> str:
        """The line of a requirements file."""
        return f"{self.name}==={self.version} --hash=sha256:{self.sha256}"


@dataclass(frozen=True)
class Sheet:
    """A pack: `disk_bytes` unpacked, the oldest `driver`, the least compute `capability`.

    `libraries` are the paths of its shared libraries, each behind those that it needs.
    """

    torch: str
    python: str
    cuda: str
    driver: str
    capability: tuple[int, int]
    disk_bytes: int
    licence: str
    licence_url: str
    libraries: tuple[str, ...]
    wheels: tuple[Wheel, ...]

    @property
    def name(self) -> str:
        """What tells one pack from another."""
        return f"{self.torch}-{self.python}"

    @property
    def download_bytes(self) -> int:
        """What all wheels weigh."""
        return sum(wheel.bytes for wheel in self.wheels)

    @property
    def needed_bytes(self) -> int:
        """The free disk to begin with: what is downloaded and what it becomes lie side by side for a moment."""
        return round(1.1 * (self.download_bytes + self.disk_bytes))

    @property
    def cuda_major(self) -> int:
        """The generation of CUDA, which the driver must know."""
        return int(self.cuda.partition(".")[0])


def python_tag() -> str:
    """The tag of wheels for this Python, such as `cp311`."""
    return f"cp{sys.version_info.major}{sys.version_info.minor}"


def sheet_for_this_system() -> Sheet | None:
    """The pack for this system and Python; None where there is none, as on Windows."""
    path = resource("packs", f"{sys.platform}-{platform.machine()}-{python_tag()}.toml")
    return read_sheet(path) if path.is_file() else None


def read_sheet(path: Path) -> Sheet:
    """The sheet in a TOML file, with the pins in the requirements file beside it; ValueError for a pin without hash."""
    told = tomllib.loads(path.read_text("utf-8"))
    sizes, (major, minor), libraries = (told.pop(key) for key in ("wheels", "capability", "libraries"))
    lines = [line.strip() for line in path.with_suffix(".txt").read_text("utf-8").splitlines()]
    pins = (_pin(line) for line in lines if line and not line.startswith("#"))
    wheels = tuple(Wheel(name, version, sha256, sizes[name]) for name, version, sha256 in pins)
    return Sheet(**told, libraries=tuple(libraries), capability=(major, minor), wheels=wheels)


def _pin(line: str) -> tuple[str, str, str]:
    found = _PIN.fullmatch(line)
    if found is None:
        raise ValueError(f"not a pin with a hash: {line}")
    return found["name"], found["version"], found["sha256"]
