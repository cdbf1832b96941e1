"""What can be done wherever one is: go to a place, change the look, find a command, get help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.i18n import tr
from gui.places import PLACES
from gui.state.commands import Command

if TYPE_CHECKING:
    from gui.window import MainWindow


def window_commands(window: MainWindow) -> list[Command]:
    """The window's own commands."""
    places = [
        Command(
            f"go.{place.key}",
            tr("Go to {place}", place=place.title),
            lambda key=place.key: window.open_place(key),
            (place.keys,),
        )
        for place in PLACES
    ]
    return [*places, *_look(window), *_general(window)]


def _look(window: MainWindow) -> list[Command]:
    settings = window.session.settings
    choices = (
        ("system", tr("Theme: follow the system")),
        ("light", tr("Theme: light")),
        ("dark", tr("Theme: dark")),
    )
    return [Command(f"theme.{key}", title, lambda key=key: settings.change(theme=key)) for key, title in choices]


def _general(window: MainWindow) -> list[Command]:
    return [
        Command("palette", tr("Find a command"), window.show_palette, ("Ctrl+K", "Ctrl+Shift+P")),
        Command("shortcuts", tr("Keyboard shortcuts"), window.show_shortcuts, ("?",)),
        Command("help.page", tr("Help for this page"), lambda: window.go("help", window.place), ("F1",)),
        Command("log", tr("Open the log"), lambda: window.go("help", "log")),
        Command("welcome", tr("Welcome and system check"), window.show_welcome),
        Command("notice.do", tr("Do what the notice offers"), window.notice.do, enabled=lambda: window.notice.offers),
        Command("quit", tr("Quit"), window.quit, ("Ctrl+Q",)),
    ]
