"""The pack in the place of the bundled torch: in processes of their own, with small ones of both."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.hardware.devices import bundled_cuda, driver
from core.hardware.pack.place import VARIABLE, Place
from core.hardware.pack.sheet import Sheet, python_tag, read_sheet
from core.jobs.engine import Engine
from core.jobs.events import Event, Failure, Log
from core.jobs.spec import GenerateSpec
from core.resources import resource
from tests.core.hardware.pack.samples import BROKEN, bundled, put

ROOT = Path(__file__).parents[4]
PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from core.hardware.pack.use import prepare
prepare(lambda text: print("told:", text), lambda: sys.exit("gave up"))
{before}
import torch
print(torch.__version__, torch.__file__, torch.__spec__.name)
from core.hardware.devices import torch_cuda
print(torch_cuda())
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A pack as this system's sheet wants it, used although no driver answers."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "always")
    made = Place(_sheet(), tmp_path / "Lacuna/gpu-pack")
    put(made)
    return made


def _sheet() -> Sheet:
    return read_sheet(resource("packs", f"linux-x86_64-{python_tag()}.toml"))


def run(place: Place, before: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """A program that imports torch, and does something `before`; its own torch is for the CPU."""
    folder = place.root.parent / "own"
    path = str(folder if folder.exists() else bundled(folder))
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(root=str(ROOT), before=before)],
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
    )


def test_torch_comes_from_the_pack(place: Place) -> None:
    told = run(place).stdout.split()
    assert told == ["9.1.0+cu130", str(place.folder / "torch/__init__.py"), "torch", "13.0"]


def test_without_a_driver_or_switched_off_it_is_the_bundled_one(place: Place) -> None:
    for use in ("never",) if driver() else ("never", "auto"):
        assert run(place, **{VARIABLE: use}).stdout.startswith("9.1.0+cpu ")


@pytest.mark.parametrize(("spoil", "why"), [("torch/__init__.py", "ImportError"), ("torch/lib/libc10.so", "OSError")])
def test_what_cannot_be_loaded_is_written_down_and_told_the_next_time(place: Place, spoil: str, why: str) -> None:
    (place.folder / spoil).write_text(BROKEN)
    assert "gave up" in run(place).stderr
    marker = place.marker()
    assert marker is not None
    assert marker.problem.startswith(why)
    told = run(place).stdout
    assert told.startswith("told: The GPU pack is not used:")
    assert "\n9.1.0+cpu " in told


def test_who_only_looks_whether_there_is_a_torch_does_not_change_what_its_import_does(place: Place) -> None:
    look = "import importlib.util; print(importlib.util.find_spec('torch').origin)"
    assert run(place, look).stdout.split()[:2] == [str(place.folder / "torch/__init__.py"), "9.1.0+cu130"]
    (place.folder / "torch/__init__.py").write_text(BROKEN)
    assert "gave up" in run(place, look).stderr
    assert "\n9.1.0+cpu " in run(place, look).stdout


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.stop()


@pytest.mark.parametrize("torch", [BROKEN, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"])
def test_the_engine_starts_anew_on_the_bundled_torch_and_says_so_once(place: Place, engine: Engine, torch: str) -> None:
    (place.folder / "torch/__init__.py").write_text(torch)
    first, second = (list(engine.run(GenerateSpec(prompt=""))) for _ in range(2))
    assert [_notes(events) for events in (first, second)] == ([1, 0] if not bundled_cuda() else [0, 0])
    for events in (first, second):
        assert isinstance(events[-1], Failure)
        assert events[-1].what == "The prompt is empty."


def _notes(events: list[Event]) -> int:
    return sum(isinstance(event, Log) and "GPU pack is not used" in event.message for event in events)


AGAIN = """
import sys
sys.path.insert(0, {root!r})
from core.cli.app import _again
from core.hardware.pack.use import prepare
prepare(print, _again)
print("begun", sys.argv[1])
import torch
print(torch.__version__)
"""


def test_a_command_starts_itself_anew_on_the_bundled_torch(place: Place, tmp_path: Path) -> None:
    (place.folder / "torch/__init__.py").write_text(BROKEN)
    script = tmp_path / "again.py"
    script.write_text(AGAIN.format(root=str(ROOT)))
    environment = {**os.environ, "PYTHONPATH": str(bundled(tmp_path / "own"))}
    told = subprocess.check_output([sys.executable, str(script), "word"], env=environment, text=True).splitlines()
    assert told[:2] == ["begun word", "begun word"]
    assert told[-1] == "9.1.0+cpu"
