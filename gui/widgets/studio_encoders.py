"""The encoders that the Studio compares: the original, the original told to avoid something, and entries."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QLineEdit, QSizePolicy, QWidget

from core.i18n import tr
from gui.state.library_model import LibraryModel
from gui.state.picker_model import is_sound
from gui.state.studio_form import Chosen, StudioForm
from gui.state.words import decimal
from gui.theme import current, font
from gui.widgets.basics import button, column, label, row
from gui.widgets.entry_picker import EntryPicker
from gui.widgets.switch import Switch


class EncoderFace(QAbstractButton):
    """An entry's name and strength; checked while its strength is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strength, self._fault = "", ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, name: str, strength: str, fault: str) -> None:
        """Show another name and strength, or what is wrong with the entry."""
        self._strength, self._fault = strength, fault
        self.setText(name)
        self.setToolTip(fault or tr("Look at its strength below"))
        self.setAccessibleName(tr("{name}, strength {strength}", name=name, strength=strength))
        self.setAccessibleDescription(fault)
        self.update()

    def sizeHint(self) -> QSize:
        """A line."""
        return QSize(160, 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, the name and the strength."""
        painter, look = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.isChecked() or self.hasFocus() or bool(self._fault)
        painter.setPen(look.colour("danger" if self._fault else "accent" if marked else "line"))
        painter.setBrush(look.colour("accent_soft" if self.isChecked() else "surface"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if self.hasFocus():
            painter.drawRoundedRect(self.rect().toRectF().adjusted(2.5, 2.5, -2.5, -2.5), 6, 6)
        box = self.rect().adjusted(12, 0, -12, 0)
        painter.setFont(font("body", QFont.Weight.Medium))
        painter.setPen(look.colour("danger" if self._fault else "text"))
        shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width() - 48)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.setPen(look.colour("muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._strength)
        painter.end()


class EncoderLine(QWidget):
    """An entry with the button that takes it off the list."""

    chosen = Signal()
    removed = Signal()

    def __init__(self, group: QButtonGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.face = EncoderFace()
        group.addButton(self.face)
        self.remove = button("", "close", "quiet", tr("Take it off the list"))
        self.setLayout(row(self.face, self.remove, spacing=2))
        self.face.clicked.connect(self.chosen)
        self.remove.clicked.connect(self.removed)

    def tell(self, name: str, strength: str, fault: str) -> None:
        """Show another name and strength."""
        self.face.tell(name, strength, fault)
        self.remove.setAccessibleName(tr("Take {name} off the list", name=name))


class StudioEncoders(QWidget):
    """Shows the encoders of a StudioForm; `picked` carries the id of the entry whose strength is looked at."""

    picked = Signal(str)

    def __init__(self, form: StudioForm, library: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        self.entry = ""
        self._lines: dict[str, EncoderLine] = {}
        self._group = QButtonGroup(self)
        self.original = Switch(tr("Original encoder"))
        self.negative = QLineEdit()
        self.negative.setAccessibleName(tr("Negative prompt"))
        self.negative.setPlaceholderText(tr("Negative prompt: told to avoid…"))
        self.negative.setToolTip(tr("One more column: the original encoder told to avoid this; empty leaves it out"))
        self.add = EntryPicker(library, tr("Add an erased encoder"))
        self.add.set_empty(tr("Add an erased encoder"))
        self._box = column(spacing=4)
        original = row(label(tr("Original encoder")), 1, self.original)
        self.setLayout(column(original, self.negative, self._box, self.add, spacing=8))
        self.original.toggled.connect(lambda on: form.original != on and form.set(original=on))
        self.negative.textEdited.connect(lambda text: form.set(negative=text))
        self.add.chosen.connect(self._add)
        form.changed.connect(self._show)
        self._show()

    def _add(self, entry_id: str) -> None:
        self.add.set_entry("")
        self.form.add_entry(entry_id)
        self.choose(entry_id)

    def choose(self, entry_id: str) -> None:
        """Look at the strength of another entry."""
        self.entry = entry_id
        if entry_id in self._lines:
            self._lines[entry_id].face.setChecked(True)
        self.picked.emit(entry_id)

    def _show(self) -> None:
        form, ids = self.form, [one.id for one in self.form.entries]
        self.original.setChecked(form.original)
        if self.negative.text() != form.negative:
            self.negative.setText(form.negative)
        self._line_up(ids)
        for one in form.entries:
            self._lines[one.id].tell(form.name_of(one), self._strength(one), form.fault(one))
        if self.entry not in ids:
            self.choose(ids[0] if ids else "")
        self.add.offer(lambda found: is_sound(found) and found.family == form.family.name and found.id not in ids)

    def _line_up(self, ids: list[str]) -> None:
        """Let lines go whose entry is gone from the form, and make those that are new."""
        for gone in [entry_id for entry_id in self._lines if entry_id not in ids]:
            line = self._lines.pop(gone)
            self._box.removeWidget(line)
            line.hide()
            line.deleteLater()
        for entry_id in ids:
            if entry_id not in self._lines:
                self._lines[entry_id] = self._line(entry_id)

    def _line(self, entry_id: str) -> EncoderLine:
        made = EncoderLine(self._group)
        made.chosen.connect(lambda: self.choose(entry_id))
        made.removed.connect(lambda: self.form.remove_entry(entry_id))
        self._box.addWidget(made)
        return made

    def _strength(self, chosen: Chosen) -> str:
        strength = self.form.strength_of(chosen)
        return "" if strength is None else decimal(strength, 2)
