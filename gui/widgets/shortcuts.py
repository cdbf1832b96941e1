"""Makes the keys of commands work inside a widget."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from gui.state.commands import Command


def bind(
    widget: QWidget,
    commands: Iterable[Command],
    context: Qt.ShortcutContext = Qt.ShortcutContext.WidgetWithChildrenShortcut,
) -> None:
    """Let the keys of every bound command run it while the focus is in `widget`.

    Text fields keep the letters that are typed into them: Qt asks the field first.
    """
    for command in commands:
        for keys in command.keys if command.bound else ():
            QShortcut(QKeySequence(keys), widget, _runner(command), context=context)


def _runner(command: Command) -> Callable[[], None]:
    def run() -> None:
        if command.enabled():
            command.run()

    return run


def told(keys: str) -> str:
    """A shortcut as this system writes it."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
