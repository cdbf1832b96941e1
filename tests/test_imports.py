"""What lint-imports cannot see, packages that load others by themselves: the window gets no torch, the core no Qt."""

from __future__ import annotations

from pathlib import Path

from tests.fresh import fresh


def test_the_window_loads_no_torch() -> None:
    told = fresh("load('gui')")
    assert "gui.app" in told.modules
    assert told.packages.isdisjoint({"torch", "diffusers", "transformers", "accelerate"})


def test_the_core_loads_no_qt() -> None:
    told = fresh("load('core')")
    assert {"core.cli", "core.jobs.runner"} <= set(told.modules)
    assert told.packages.isdisjoint({"PySide6", "shiboken6", "gui"})


def test_the_state_knows_no_widgets() -> None:
    told = fresh("load('gui.state'); load('gui.workers')")
    assert "gui.state.session" in told.modules
    assert "PySide6.QtWidgets" not in told.modules


def test_the_first_paint_waits_for_no_library_and_no_numpy() -> None:
    told = fresh("import gui.window, gui.pages.erase")
    assert told.packages.isdisjoint({"numpy", "cv2", "PIL", "safetensors", "sqlite3"})
    assert "core.library.store" not in told.modules


_HEAVY = {"torch", "diffusers", "transformers", "accelerate"}
_WINDOW = """
import psutil
from core.jobs.spec import EraseSpec
from gui.app import application, open_window
from gui.state.settings_model import SettingsModel

def look(job):
    engines = [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
    asked.extend(file.path for child in engines for file in child.memory_maps())
    window.asks = False
    window.close()

app = application(["lacuna"])
window = open_window(app, SettingsModel(), {library!r})
window.session.jobs.finished.connect(look)
window.session.jobs.add(EraseSpec(concept="Zorblax the dragon", kind="character", library={library!r}))
app.exec()
"""


def test_a_running_window_holds_qt_and_its_engine_holds_torch_and_neither_holds_the_others(tmp_path: Path) -> None:
    told = fresh(_WINDOW.format(library=str(tmp_path / "library")))
    assert "PySide6" in told.packages
    assert told.packages.isdisjoint(_HEAVY)
    held = [path for path in told.asked if path.startswith("/")]
    assert any(Path(path).name.startswith("libtorch") for path in held)
    assert not [path for path in held if "PySide6" in path or "shiboken6" in path]


def test_a_job_of_the_command_line_holds_torch_and_no_qt(tmp_path: Path) -> None:
    job = ["generate", "a red car", "--host", "still", "--steps", "1", "--out", str(tmp_path / "car.png")]
    told = fresh(f"from core.cli import main; assert main({job!r}) == 0")
    assert "torch" in told.packages
    assert told.packages.isdisjoint({"PySide6", "shiboken6", "gui"})
