"""Before the GPU pack comes: how much it is, and NVIDIA's terms, accepted once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from core.hardware.pack.sheet import Sheet
from core.i18n import tr
from gui.state.words import size
from gui.theme import GAP, PAD, WIDE
from gui.widgets.basics import Tick, button, card, column, fit_height, label, row
from gui.widgets.opening import open_page

_WIDTH = 560
_TERMS = tr(
    "The pack holds NVIDIA's libraries, such as CUDA and cuDNN. They are under NVIDIA's own terms, not under an open "
    "licence. torch itself is under a BSD licence."
)


class GpuPackDialog(QDialog):
    """Asks whether to install a pack; `accepted` says yes, to its licence as well."""

    def __init__(self, sheet: Sheet, accepted: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Install the GPU pack"))
        self.sheet = sheet
        self.read = button(tr("Read the licence"), "open", "link")
        self.accept_it = Tick(tr("I have read the licence and accept it"))
        self.accept_it.setChecked(accepted)
        self.cancel, self.go = button(tr("Cancel")), button(tr("Install"), "download", "primary")
        self.go.setDefault(True)
        self._arrange()
        self._connect()
        self._show()

    def _arrange(self) -> None:
        sheet = self.sheet
        amount = tr("{amount} will be downloaded, and the pack takes {disk} on the disk.", **_sizes(sheet))
        what = tr("It is torch {torch} for CUDA {cuda}, the same version as here.", torch=sheet.torch, cuda=sheet.cuda)
        source = tr("It comes from the package index that pip is set to. Every file is checked against its SHA-256.")
        terms = column(label(sheet.licence, "heading", wrap=True), label(_TERMS, wrap=True))
        box = column(
            label(tr("Install the GPU pack?"), "title"),
            column(label(amount, "strong", wrap=True), label(f"{what} {source}", "muted", wrap=True), spacing=4),
            card(terms, label(sheet.licence_url, "caption", wrap=True), row(self.read, 1), self.accept_it, spacing=GAP),
            row(1, self.cancel, self.go),
            spacing=PAD,
        )
        box.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.setLayout(box)

    def _connect(self) -> None:
        self.accept_it.toggled.connect(lambda _: self._show())
        self.read.clicked.connect(lambda: open_page(self.sheet.licence_url))
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)

    def _show(self) -> None:
        self.go.setEnabled(self.accept_it.isChecked())
        fit_height(self, _WIDTH)


def _sizes(sheet: Sheet) -> dict[str, str]:
    return {"amount": size(sheet.download_bytes), "disk": size(sheet.disk_bytes)}
