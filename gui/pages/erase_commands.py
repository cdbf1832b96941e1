"""What can be done on the Erase page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.i18n import tr
from core.presets import presets
from gui.state.commands import Command

if TYPE_CHECKING:
    from gui.pages.erase import ErasePage


def erase_commands(page: ErasePage) -> list[Command]:
    """The page's commands: what its buttons do, and the choice of each method."""
    methods = [
        Command(
            f"erase.method.{preset.name}",
            tr("Method: {title}", title=tr(preset.title)),
            lambda name=preset.name: page.form.set_preset(name),
        )
        for preset in presets()
    ]
    return [
        Command("erase.start", tr("Erase the concept"), page.submit, ("Ctrl+Return", "Ctrl+Enter")),
        Command("erase.many", tr("Erase many concepts…"), page.erase_many, ("Ctrl+Shift+Return",)),
        Command("erase.ask", tr("Ask what this model knows"), page.ask_model),
        Command("erase.seed", tr("Another seed"), page.roll),
        Command("erase.images", tr("Choose a folder of pictures…"), page.choose_images),
        Command("erase.quick", tr("Scorecard: quick or thorough"), page.switch_judging),
        Command("erase.clear", tr("Empty the form"), page.form.clear),
        *methods,
    ]
