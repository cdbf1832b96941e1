"""A list, opened from a button, of the panes that are shown, and of the encoders that can be taken away again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from core.i18n import tr
from gui.state.compare import CompareState


@dataclass(frozen=True)
class Stepped:
    """Whose frames a step goes through, where the clips differ in theirs, and what makes it another's."""

    mixed: bool
    reference: str
    choose: Callable[[str], None]


def open_columns(state: CompareState, anchor: QWidget, stepped: Stepped) -> QMenu:
    """Open the list under a widget; it goes away by itself."""
    menu = columns_menu(state, anchor, stepped)
    menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))
    return menu


def columns_menu(state: CompareState, parent: QWidget, stepped: Stepped) -> QMenu:
    """A line to tick for each pane, one for each further encoder that takes it away, and whose frames are stepped."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(tr("Panes shown"))
    for pane in state.comparison.panes if state.comparison else ():
        line = menu.addAction(pane.title)
        line.setCheckable(True)
        line.setChecked(pane.key not in state.hidden)
        line.toggled.connect(lambda on, key=pane.key: state.hide(key, not on))
    if len(state.entries) > 1:
        menu.addSeparator()
    for entry in state.entries if len(state.entries) > 1 else ():
        words = tr("Take “{name}” away", name=entry.name)
        menu.addAction(words, lambda entry_id=entry.id: state.remove(entry_id))
    if stepped.mixed:
        _add_stepped(menu, state, stepped)
    return menu


def _add_stepped(menu: QMenu, state: CompareState, stepped: Stepped) -> None:
    menu.addSeparator()
    for pane in state.panes:
        line = menu.addAction(tr("Step through the frames of “{title}”", title=pane.title))
        line.setCheckable(True)
        line.setChecked(pane.key == stepped.reference)
        line.triggered.connect(lambda _, key=pane.key: stepped.choose(key))
