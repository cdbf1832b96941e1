"""What lint-imports cannot see, packages that load others by themselves: the window gets no torch, the core no Qt."""

from __future__ import annotations

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
