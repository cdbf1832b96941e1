"""Small wheels in the place of torch and NVIDIA's libraries, and packs made of them."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import zipfile
from pathlib import Path

from core.hardware.pack.place import Marker, Place, decide, write_marker
from core.hardware.pack.sheet import Sheet, Wheel, python_tag

TORCH = """
from torch.version import __version__, cuda

class ones:
    def __init__(self, *shape, device="cpu"):
        assert device in ("cpu", "cuda")
    def sum(self):
        return self
    def item(self):
        return 4.0
"""
"""As much of torch as a trial asks for."""
VERSION = "__version__ = '9.1.0+cu130'\ncuda: str = '13.0'\n"
BROKEN = "raise ImportError('libcudart.so.13: cannot open shared object file')\n"
LIBRARY = "torch/lib/libreal.so"


def real_library() -> bytes:
    """A shared library that can be loaded: one of Python's own."""
    found = importlib.util.find_spec("_ctypes")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).read_bytes()


def torch_files(code: str = TORCH) -> dict[str, bytes]:
    """The files of a small torch."""
    return {"torch/__init__.py": code.encode(), "torch/version.py": VERSION.encode(), LIBRARY: real_library()}


def wheel(folder: Path, name: str, version: str, files: dict[str, bytes]) -> Wheel:
    """A wheel as pip wants it, in a folder; the same bytes each time, without a date."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    inside = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: false\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in inside.items())
    path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inner, data in inside.items():
            archive.writestr(zipfile.ZipInfo(inner), data)
        archive.writestr(zipfile.ZipInfo(f"{info}/RECORD"), f"{record}{info}/RECORD,,\n")
    return Wheel(name, version, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def sheet_of(*wheels: Wheel, torch: str = "9.1.0") -> Sheet:
    """A sheet of these wheels."""
    return Sheet(
        torch=torch,
        python=python_tag(),
        cuda="13.0",
        driver="580",
        capability=(7, 5),
        disk_bytes=300_000,
        licence="Terms",
        licence_url="https://example.org/terms",
        libraries=(LIBRARY,),
        wheels=wheels,
    )


def shelf(folder: Path, code: str = TORCH, more: dict[str, dict[str, bytes]] | None = None) -> Place:
    """An index, `folder/index`, and the place of a pack whose licence was accepted: torch, and `more` by name."""
    made = [wheel(folder / "index", "torch", "9.1.0", torch_files(code))]
    made += [wheel(folder / "index", name, "1.2", files) for name, files in (more or {}).items()]
    place = Place(sheet_of(*made), folder / "gpu-pack")
    decide(place.root, accepted="Terms")
    return place


def put(place: Place, code: str = TORCH, problem: str = "") -> None:
    """A pack as an installation leaves it."""
    for name, data in torch_files(code).items():
        path = place.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name in place.sheet.libraries:
        path = place.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(real_library())
    write_marker(place.folder, Marker(place.sheet.torch, place.sheet.python, place.sheet.cuda, problem))


def bundled(folder: Path) -> Path:
    """A folder for PYTHONPATH with a torch for the CPU."""
    (folder / "torch").mkdir(parents=True)
    (folder / "torch/__init__.py").write_text("from torch.version import __version__\n")
    (folder / "torch/version.py").write_text("__version__ = '9.1.0+cpu'\ncuda: str | None = None\n")
    return folder
