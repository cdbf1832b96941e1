"""Makes the sheets in `resources/packs` anew, for the torch that this Lacuna is made with.

    python -m core.hardware.pack.pin WHEELS

`WHEELS` is a folder for 3 GB of downloads; what lies there is kept. Needs pip's index and `readelf`. What is on offer
is asked for by pip, so its configuration counts, and an index with local builds of torch must be left out of it.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import tomlkit

from core.files import atomic_write_text
from core.hardware.pack.sheet import Wheel
from core.resources import resource

PYTHONS = ("3.11", "3.12")
_PLATFORMS = ("manylinux1", "manylinux2010", "manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, 29)))
_ROOTS = ("libtorch_global_deps.so", "libtorch_python.so")
"""What the rest is needed by; plug-ins that libraries open later lie beside them."""
_LEFT = "libtorch_nvshmem.so"
"""Uses what it does not say that it needs, so it is loaded by the one that needs it and not on its own."""
_FACTS: dict[str, Any] = {
    "driver": "580",  # CUDA 13 of the release notes, and no card before Turing
    "capability": [7, 5],
    "licence": "NVIDIA CUDA Toolkit and cuDNN licence agreements",
    "licence_url": "https://docs.nvidia.com/cuda/eula/index.html",
}


def main() -> None:
    """Write a sheet and its pins for each Python."""
    parser = argparse.ArgumentParser(description="Pin the GPU pack.")
    parser.add_argument("wheels", type=Path, help="a folder for 3 GB of downloads")
    wheels = parser.parse_args().wheels.resolve()
    wheels.mkdir(parents=True, exist_ok=True)
    for python in PYTHONS:
        _pin(python, wheels)


def _pin(python: str, wheels: Path) -> None:
    tag = f"cp{python.replace('.', '')}"
    found = {wheel: _fetched(wheel, python, wheels) for wheel in _resolved(python)}
    with tempfile.TemporaryDirectory(dir=wheels) as temporary:
        libraries = _libraries(found.values(), Path(temporary))
    torch = next(wheel for wheel in found if wheel.name == "torch")
    facts = {"torch": torch.version, "python": tag, "cuda": _cuda(found[torch])}
    facts |= {"disk_bytes": sum(map(_unpacked_bytes, found.values())), **_FACTS, "libraries": libraries}
    sizes = {wheel.name: path.stat().st_size for wheel, path in found.items()}
    _write(resource("packs", f"linux-x86_64-{tag}.toml"), facts | {"wheels": sizes}, found)


def _write(path: Path, sheet: Mapping[str, Any], wheels: Iterable[Wheel]) -> None:
    document = tomlkit.document()
    document.add(
        tomlkit.comment("Made by core/hardware/pack/pin.py. Sizes in bytes; libraries behind those they need.")
    )
    document.update({key: _told(value) for key, value in sheet.items()})
    atomic_write_text(path, tomlkit.dumps(document))
    atomic_write_text(path.with_suffix(".txt"), "".join(f"{wheel.line}\n" for wheel in wheels))


def _told(value: Any) -> Any:
    """Long lists a line each."""
    return tomlkit.array(json.dumps(value)).multiline(len(value) > 2) if isinstance(value, list) else value


def _torch_version() -> str:
    """The torch that Lacuna asks for."""
    project = tomllib.loads((resource().parent / "pyproject.toml").read_text("utf-8"))["project"]
    return next(found[1] for line in project["dependencies"] if (found := re.fullmatch(r"torch==([\d.]+)", line)))


def _foreign(python: str) -> list[str]:
    """What tells pip to look for another Python on Linux."""
    platforms = [word for name in _PLATFORMS for word in ("--platform", f"{name}_x86_64")]
    return ["--python-version", python, "--implementation", "cp", *platforms, "--only-binary", ":all:"]


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", *arguments], check=True)


def _resolved(python: str) -> Iterator[Wheel]:
    """The pins of torch and of NVIDIA's libraries; the rest of what torch asks for is in the bundle, or is not used.

    triton and cuda-bindings (206 MB) are for compiled graphs and kernels of one's own, which Lacuna has none of: torch
    imports and computes without.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        asked = ("install", "--dry-run", "--ignore-installed", "--target", folder, "--report", str(report))
        _pip(*asked, *_foreign(python), f"torch=={_torch_version()}")
        installed = json.loads(report.read_text("utf-8"))["install"]
    for item in installed:
        name, version = item["metadata"]["name"].lower(), item["metadata"]["version"]
        if name == "torch" or name.startswith("nvidia-"):
            yield Wheel(name, version, item["download_info"]["archive_info"]["hashes"]["sha256"], 0)


def _fetched(wheel: Wheel, python: str, wheels: Path) -> Path:
    """The wheel's file, downloaded at need."""
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "requirements.txt"
        asked.write_text(wheel.line, "utf-8")
        _pip("download", "--no-deps", "--require-hashes", "-d", str(wheels), *_foreign(python), "-r", str(asked))
    stem = f"{wheel.name.replace('-', '_')}-{wheel.version}-"
    tags = (f"cp{python.replace('.', '')}-", "py3-")
    return next(path for path in wheels.glob(f"{stem}*.whl") if path.name.removeprefix(stem).startswith(tags))


def _unpacked_bytes(path: Path) -> int:
    with zipfile.ZipFile(path) as wheel:
        return sum(member.file_size for member in wheel.infolist())


def _cuda(torch: Path) -> str:
    with zipfile.ZipFile(torch) as wheel:
        stated = re.search(r"^cuda\b[^=]*= '([\d.]+)'", wheel.read("torch/version.py").decode(), re.MULTILINE)
    if stated is None:
        raise SystemExit(f"{torch.name} is no CUDA build.")
    return stated[1]


def _libraries(wheels: Iterable[Path], folder: Path) -> list[str]:
    """The shared libraries that `import torch` loads, by their paths in the pack, each behind those that it needs."""
    for path in wheels:
        with zipfile.ZipFile(path) as wheel:
            wheel.extractall(
                folder, [name for name in wheel.namelist() if re.search(r"/lib/lib[^/]*\.so[.\d]*$", name)]
            )
    paths = {path.name: path for path in folder.rglob("*.so*")}
    needed = {name: [other for other in _needed(path) if other in paths] for name, path in paths.items()}
    ordered = dict.fromkeys(name for root in _ROOTS for name in _behind(root, needed))
    return [paths[name].relative_to(folder).as_posix() for name in ordered if name != _LEFT]


def _behind(name: str, needed: Mapping[str, list[str]]) -> Iterator[str]:
    """What a library needs, at any depth, and then itself."""
    for other in needed[name]:
        yield from _behind(other, needed)
    yield name


def _needed(library: Path) -> list[str]:
    told = subprocess.run(["readelf", "-d", str(library)], check=True, capture_output=True, text=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)]", told)


if __name__ == "__main__":
    main()
