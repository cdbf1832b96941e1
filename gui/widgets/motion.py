"""Whether things may move by themselves: a person who turned animations off in the system is taken at their word."""

from __future__ import annotations

from PySide6.QtWidgets import QStyle, QWidget


def may_move(widget: QWidget) -> bool:
    """Whether a film may start without being asked for."""
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
