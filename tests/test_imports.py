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
