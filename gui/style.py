"""The style sheet made of a theme, and the switch that dresses the application in it."""

from __future__ import annotations

from string import Template

from PySide6.QtWidgets import QApplication

from gui.theme import SIZES, Scheme, Theme, palette, resolve

_SHEET = Template("""
QMainWindow, QDialog, QWidget#page { background: $window; }
QScrollArea, QScrollArea > QWidget, QWidget#scrolled { border: none; background: transparent; }
QWidget#sideBar { background: $side; border-right: 1px solid $line; }
QFrame#card, QFrame#stage { background: $surface; border: 1px solid $line; border-radius: 12px; }
QFrame#problem { background: $danger_soft; border: 1px solid $danger; border-radius: 12px; }
QFrame#hint { background: $warning_soft; border: none; border-radius: 8px; }
QFrame#soft { background: $accent_soft; border: none; border-radius: 8px; }
QFrame#palette { background: $surface; border: 1px solid $strong_line; border-radius: 12px; }
QFrame#notice { background: $text; border: none; border-radius: 10px; }
QFrame#notice QLabel { color: $window; }
QFrame#notice QPushButton {
  background: transparent; border: none; color: $window; font-weight: 600; padding: 4px 10px;
}
QFrame#notice QPushButton#action { text-decoration: underline; }
QFrame#notice QPushButton:focus { border: 2px solid $window; padding: 2px 8px; }
QFrame#line { background: $line; border: none; max-height: 1px; min-height: 1px; }

QLabel { background: transparent; color: $text; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 650; }
QLabel[role="heading"] { font-size: ${heading}px; font-weight: 600; }
QLabel[role="figure"] { font-size: ${figure}px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="caption"] { color: $muted; font-size: ${caption}px; }
QLabel[role="small"] { font-size: 13px; font-weight: 500; }
QLabel[role="overline"] { color: $muted; font-size: ${caption}px; font-weight: 600; }
QLabel[role="danger"] { color: $danger; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="good"] { color: $good; }
QLabel[role="badge"] {
  background: $sunken; color: $muted; border: 1px solid $line; border-radius: 9px; padding: 1px 7px;
  font-size: ${caption}px; font-weight: 500;
}
QLabel[role="before"] { color: $before; font-weight: 600; }
QLabel[role="negative"] { color: $negative; font-weight: 600; }
QLabel[role="after"] { color: $after; font-weight: 600; }

QLineEdit, QComboBox {
  background: $surface; color: $text; border: 1px solid $strong_line; border-radius: 8px; padding: 0 11px;
  min-height: 34px; placeholder-text-color: $muted;
  selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QComboBox:focus { border: 2px solid $accent; padding: 0 10px; }
QLineEdit:disabled, QComboBox:disabled { color: $muted; background: $sunken; }
QLineEdit[wrong="true"] { border: 2px solid $danger; padding: 0 10px; }
QLineEdit[drop="true"] { border: 2px dashed $accent; background: $accent_soft; padding: 0 10px; }
QComboBox[narrows="true"] { border-color: $accent; background: $accent_soft; color: $accent; }
QComboBox { padding-right: 32px; }
QComboBox[slim="true"] { padding-right: 0; }
QComboBox::drop-down { border: none; width: 32px; }
QComboBox::down-arrow { image: none; }
QAbstractItemView#popup, QComboBox QAbstractItemView {
  background: $surface; color: $text; border: 1px solid $line; border-radius: 8px; padding: 4px; outline: none;
  selection-background-color: $accent_soft; selection-color: $text;
}
QAbstractItemView#popup::item { padding: 6px 8px; border-radius: 6px; }
QPlainTextEdit {
  background: $sunken; color: $muted; border: 1px solid transparent; border-radius: 8px; padding: 6px;
  font-size: ${caption}px;
}
QPlainTextEdit[role="input"] {
  background: $surface; color: $text; border: 1px solid $strong_line; font-size: ${body}px;
  placeholder-text-color: $muted;
}
QPlainTextEdit[role="input"]:disabled { color: $muted; background: $sunken; }
QPlainTextEdit:focus { border: 2px solid $accent; padding: 5px; }

QPushButton {
  background: $surface; color: $text; border: 1px solid $strong_line; border-radius: 8px; padding: 0 14px;
  min-height: 34px; font-weight: 500;
}
QPushButton:hover { background: $sunken; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 2px solid $accent; padding: 0 13px; }
QPushButton:disabled { color: $muted; border-color: $line; background: transparent; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border: none; font-weight: 600; padding: 0 20px; }
QPushButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $text; padding: 0 18px; }
QPushButton[role="primary"]:disabled { background: $line; color: $muted; }
QPushButton[role="big"] {
  background: $accent; color: $on_accent; border: none; font-size: ${heading}px; font-weight: 650; min-height: 52px;
  border-radius: 10px;
}
QPushButton[role="big"]:hover { background: $accent_hover; }
QPushButton[role="big"]:focus { border: 3px solid $text; }
QPushButton[role="quiet"] { border: 1px solid transparent; background: transparent; padding: 0 9px; }
QPushButton[role="quiet"]:hover { background: $sunken; }
QPushButton[role="quiet"]:checked { background: $accent_soft; color: $accent; }
QPushButton[role="quiet"]:focus { border: 2px solid $accent; padding: 0 8px; }
QPushButton[role="link"] {
  border: 1px solid transparent; background: transparent; color: $accent; padding: 0 5px; min-height: 26px;
  font-weight: 600;
}
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border: 2px solid $accent; padding: 0 4px; border-radius: 6px; }
QPushButton[role="chip"] {
  border: 1px solid $line; background: $sunken; border-radius: 14px; padding: 0 12px; min-height: 26px;
  font-weight: 400;
}
QPushButton[role="chip"]:hover { border-color: $accent; }
QPushButton[role="chip"]:checked { background: $accent_soft; border-color: $accent; color: $accent; }
QPushButton[role="chip"]:focus { border: 2px solid $accent; padding: 0 11px; }
QPushButton[role="tag"] {
  border: 1px solid $accent; background: $accent_soft; color: $accent; border-radius: 14px; padding: 0 10px;
  min-height: 26px; font-weight: 500;
}
QPushButton[role="tag"]:hover { background: $surface; }
QPushButton[role="tag"]:focus { border: 2px solid $accent; padding: 0 9px; }
QPushButton[role="place"] {
  border: 2px solid transparent; background: transparent; border-radius: 8px; padding: 0 10px; min-height: 38px;
  text-align: left; color: $muted; font-weight: 500;
}
QPushButton[role="place"]:hover { background: $line; color: $text; }
QPushButton[role="place"]:checked { background: $surface; color: $text; }
QPushButton[role="place"]:focus { border-color: $accent; }

QCheckBox::indicator {
  width: 16px; height: 16px; border: 1px solid $strong_line; border-radius: 5px; background: $surface;
}
QCheckBox::indicator:checked { background: $accent; border-color: $accent; }
QCheckBox::indicator:focus { border: 2px solid $text; width: 14px; height: 14px; }

QFrame#segments { background: $sunken; border: 1px solid $line; border-radius: 9px; }
QPushButton[role="segment"] {
  border: 2px solid transparent; background: transparent; border-radius: 7px; padding: 0 9px; min-height: 26px;
  color: $muted;
}
QPushButton[role="segment"]:hover { color: $text; }
QPushButton[role="segment"]:checked { background: $surface; color: $text; border-color: $line; }
QPushButton[role="segment"]:focus { border-color: $accent; }

QListView { background: transparent; border: none; outline: none; }
QListView#topics::item { padding: 8px 10px; border-radius: 8px; color: $text; }
QListView#topics::item:hover { background: $sunken; }
QListView#topics::item:selected { background: $accent_soft; color: $accent; }
QListView#topics { border: 2px solid transparent; border-radius: 10px; }
QListView#topics:focus { border-color: $accent; }
QListView#log { background: $surface; border: 1px solid $line; border-radius: 10px; padding: 4px; }
QListView#log:focus { border-color: $accent; }
QListView#log::item { padding: 5px 6px; border-radius: 6px; color: $text; }
QListView#log::item:selected { background: $accent_soft; }
QTextBrowser#help { background: $surface; border: 1px solid $line; border-radius: 12px; padding: 20px 26px; }
QTextBrowser#help:focus { border-color: $accent; }
QListView#jobs { background: $surface; border: 1px solid $line; border-radius: 12px; padding: 8px; }
QListView#jobs:focus { border-color: $accent; }
QListView#models { border: 2px solid transparent; border-radius: 12px; }
QListView#models:focus { border-color: $accent; }
QSlider:horizontal { min-height: 24px; border: 2px solid transparent; border-radius: 8px; padding: 0 2px; }
QSlider:horizontal:focus { border-color: $accent; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal {
  width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $accent; border: 1px solid $surface;
}
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled { background: $strong_line; }
QWidget#fullScreen { background: $stage; }
QWidget#fullScreen QWidget#paneBox QLabel { color: $on_stage; }
QWidget#drop { background: $accent_soft; border: 2px dashed $accent; border-radius: 12px; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background: $line; border-radius: 4px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $strong_line; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $sunken; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QToolTip { background: $text; color: $window; border: none; padding: 5px 8px; }
QMenu { background: $surface; color: $text; border: 1px solid $line; padding: 5px; }
QMenu::item { padding: 7px 24px 7px 12px; border-radius: 6px; }
QMenu::item:selected { background: $accent_soft; }
""")


def sheet(chosen: Theme) -> str:
    """The style sheet in the colours of a theme."""
    return _SHEET.substitute(vars(chosen), **SIZES)


def dress(app: QApplication, scheme: Scheme) -> None:
    """Show the application in a theme; open windows follow at once."""
    chosen = resolve(scheme)
    app.setPalette(palette(chosen))
    app.setStyleSheet(sheet(chosen))
