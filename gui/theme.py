"""The look as data: colours of both themes, the 8-pixel spacing grid, the type scale, and the palette made of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette

from core.resources import resource

TIGHT, GAP, PAD, WIDE = 4, 8, 16, 24
"""Spacing in pixels: inside a control, between controls, inside a card, between groups."""

SIZES = {"caption": 12, "body": 14, "heading": 16, "figure": 20, "title": 26}
"""The type scale in pixels."""

FAMILIES = ("Inter", "Segoe UI", "SF Pro Text", "Helvetica Neue", "Noto Sans", "DejaVu Sans")


class Scheme(StrEnum):
    """Which theme a person asked for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Theme:
    """The colours of one theme as #rrggbb."""

    name: str
    window: str
    side: str
    surface: str
    sunken: str
    line: str
    strong_line: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    before: str
    negative: str
    after: str
    violet: str
    good: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str
    stage: str
    on_stage: str

    def colour(self, role: str) -> QColor:
        """The colour of one role, such as `accent`."""
        return QColor(getattr(self, role))


TEXT_PAIRS = (
    *((ink, paper) for ink in ("text", "muted") for paper in ("window", "side", "surface", "sunken")),
    *((ink, "surface") for ink in ("accent", "before", "negative", "after", "good", "warning", "danger")),
    *((ink, "accent_soft") for ink in ("text", "accent", "good", "warning", "danger", "muted")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("warning", "warning_soft"),
    ("danger", "danger_soft"),
    ("text", "danger_soft"),
    ("text", "warning_soft"),
    ("on_stage", "stage"),
    ("accent", "window"),
)
"""Every pair of text and background that the window uses; each keeps a contrast of 4.5:1."""


@cache
def theme(name: str) -> Theme:
    """The theme `light` or `dark`."""
    return Theme(**tomllib.loads(resource("themes", f"{name}.toml").read_text("utf-8")))


def current() -> Theme:
    """The theme that the application's palette shows now."""
    return theme("dark" if QGuiApplication.palette().window().color().lightness() < 128 else "light")


def resolve(scheme: Scheme) -> Theme:
    """The theme for a choice; `system` asks the desktop."""
    if scheme is Scheme.SYSTEM:
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return theme("dark" if dark else "light")
    return theme(scheme.value)


def palette(chosen: Theme) -> QPalette:
    """The Qt palette of a theme."""
    roles = {
        QPalette.ColorRole.Window: "window",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "sunken",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.ToolTipBase: "text",
        QPalette.ColorRole.ToolTipText: "window",
    }
    made = QPalette()
    for role, name in roles.items():
        made.setColor(role, chosen.colour(name))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, chosen.colour("muted"))
    return made


def font(size: str = "body", weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The window's font at a step of the type scale."""
    made = QFont(list(FAMILIES))
    made.setPixelSize(SIZES[size])
    made.setWeight(weight)
    return made


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two #rrggbb colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def volatile_settings() -> QSettings:
    """Where the window keeps its size and theme between runs."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Lacuna", "window")
