"""A line of the settings: what it is and does on the left, the control on the right; and what the welcome asks too."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QWidget

from core.i18n import LANGUAGES, tr
from gui.theme import PAD
from gui.widgets.basics import Combo, card, column, label, row, rule

Choices = list[tuple[str, str]]
"""Keys and their words."""

THEMES = (("system", tr("System")), ("light", tr("Light")), ("dark", tr("Dark")))


def language_choices() -> Choices:
    """The system's language, and each one in its own words."""
    return [("system", tr("As the system")), *LANGUAGES.items()]


def restart(widget: QWidget) -> None:
    """Close the window and start again; a window that does not close, for a job runs, stays as it is."""
    app = QApplication.instance()
    if app is not None:
        app.setProperty("restart", widget.window().close())


def setting(title: str, note: str, control: QWidget) -> QHBoxLayout:
    """A control beside its title and a sentence of help; the title is its buddy and its accessible name."""
    head = label(title, "strong")
    head.setBuddy(control)
    if not control.accessibleName():
        control.setAccessibleName(title)
    control.setAccessibleDescription(note)
    words = label(note, "muted", wrap=True)
    made = row(column(head, words, spacing=2), control, spacing=32)
    made.setStretch(0, 1)
    made.setAlignment(control, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
    return made


def group(title: str, *lines: QHBoxLayout | QWidget) -> QFrame:
    """Lines under a heading, a rule between each two."""
    items: list[QWidget | QHBoxLayout] = [label(title, "heading")]
    for at, line in enumerate(lines):
        items += [rule(), line] if at else [line]
    return card(*items, spacing=PAD - 2, pad=20)


def fill(combo: Combo, choices: Choices, chosen: str) -> None:
    """List other choices and show the chosen one, without telling."""
    combo.blockSignals(True)
    combo.clear()
    for key, words in choices:
        combo.addItem(words, key)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    combo.blockSignals(False)
