"""The GPU pack among the settings: where it stands, a bar while it comes, and the buttons that put it in and out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from core.hardware.pack.standing import State
from core.i18n import tr
from gui.state.gpu_pack import GpuPack
from gui.state.words import size
from gui.theme import GAP, PAD
from gui.widgets.ask import ask
from gui.widgets.basics import button, column, label, row
from gui.widgets.gpu_pack_dialog import GpuPackDialog
from gui.widgets.setting import group, setting
from gui.widgets.switch import Switch

_STEPS = 1000
"""Parts of the bar, which counts in whole numbers of 32 bits."""


class GpuPackCard(QWidget):
    """Shows a `GpuPack`, and nothing at all on a computer that has no use for it."""

    appeared = Signal()
    """It is shown or hidden now: what lies beside it moves."""

    def __init__(self, pack: GpuPack, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pack = pack
        self._make()
        self._frame = self._group()
        inside = column(self._frame)
        self.setLayout(inside)
        self.hide()  # until more is known
        self._connect()
        self._show()

    def _make(self) -> None:
        self.words, self.fix = label("", "body", wrap=True), label("", "muted", wrap=True)
        self.problem, self.amount = label("", "danger", wrap=True), label("", "caption")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress of the GPU pack"))
        self.on = Switch(tr("Use the GPU pack"))
        self.install, self.cancel = button(tr("Install…"), "download", "primary"), button(tr("Stop"), "stop")
        self.check, self.remove = button(tr("Try again"), "retry"), button(tr("Remove…"), "trash")
        self.install.setAccessibleName(tr("Install the GPU pack"))
        self.remove.setAccessibleName(tr("Remove the GPU pack"))

    def _group(self) -> QFrame:
        self._switch, self._work = QWidget(), QWidget()
        switch = setting(tr("Use the GPU pack"), tr("Off: jobs run on the CPU, from the next job on."), self.on)
        switch.setContentsMargins(0, 0, 0, 0)
        self._switch.setLayout(switch)
        self._work.setLayout(column(self.bar, self.amount, spacing=GAP))
        buttons = row(self.install, self.check, self.cancel, self.remove, 1)
        inner = QWidget()
        inner.setLayout(column(self.words, self.fix, self.problem, self._work, self._switch, buttons, spacing=PAD - 4))
        return group(tr("NVIDIA card"), inner)

    def _connect(self) -> None:
        self.install.clicked.connect(self.ask_to_install)
        self.cancel.clicked.connect(self.pack.cancel)
        self.check.clicked.connect(self.pack.check)
        self.remove.clicked.connect(self.ask_to_remove)
        self.on.toggled.connect(self._switched)
        self.pack.changed.connect(self._show)

    def _switched(self, on: bool) -> None:
        if on != self.pack.is_on:
            self.pack.switch(on)

    def _show(self) -> None:
        pack, standing = self.pack, self.pack.standing
        busy, failed = pack.progress is not None, standing is not None and standing.state is State.PROBLEM
        self._say(standing.words if standing else "", standing.fix if standing and not busy else "", pack.problem)
        self._show_work()
        self.on.setChecked(pack.is_on)
        self._switch.setVisible(pack.installed and not failed and not busy)
        self.install.setVisible(pack.offered and not busy)
        self.check.setVisible(failed and not busy)
        self.remove.setVisible(pack.removable and not busy)
        if self.isHidden() == (pack.shown or busy):
            self.setVisible(pack.shown or busy)
            self.appeared.emit()

    def _say(self, words: str, fix: str, problem: str) -> None:
        for shown, text in ((self.words, words), (self.fix, fix), (self.problem, problem)):
            shown.setText(text)
            shown.setVisible(bool(text))

    def _show_work(self) -> None:
        progress = self.pack.progress
        self._work.setVisible(progress is not None)
        self.cancel.setVisible(progress is not None)
        if progress is not None:
            measured = progress.total > 1
            self.bar.setRange(0, _STEPS if measured else 0)
            self.bar.setValue(round(_STEPS * progress.done / max(1, progress.total)) if measured else -1)
            self.amount.setText(progress.words)

    def ask_to_install(self) -> None:
        """Show what would come and under which terms, and install it if the person agrees."""
        if self.pack.place is not None:
            dialog = GpuPackDialog(self.pack.place.sheet, self.pack.accepted, self)
            dialog.accepted.connect(self.pack.install)
            dialog.open()

    def ask_to_remove(self) -> None:
        """Remove it, once a person has said so."""
        sheet = self.pack.place.sheet if self.pack.place else None
        freed = size(sheet.disk_bytes) if sheet and self.pack.installed else ""
        why = tr("{amount} are freed. Jobs run on the CPU again.", amount=freed) if freed else ""
        if ask(self, tr("Remove the GPU pack?"), why, tr("Remove")):
            self.pack.remove()
