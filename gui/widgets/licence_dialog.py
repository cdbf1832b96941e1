"""Before a download: exactly what would come, whether the disk has room for it, and the licence, accepted once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFrame, QWidget

from core.errors import LacunaError
from core.i18n import tr
from core.models.install import Preview
from core.models.offers import Licence, Offer
from gui.state.words import size
from gui.theme import GAP, PAD, WIDE
from gui.widgets.basics import Tick, button, card, column, fit_height, label, row
from gui.widgets.opening import open_page

_WIDTH = 560
SPARE = 1.1
"""Free disk that is asked for, as a multiple of what is still to come."""


class DownloadDialog(QDialog):
    """Asks whether to download an Offer. `agreed` tells so; `wanted_token` leads to the token's field."""

    agreed = Signal()
    wanted_token = Signal()

    def __init__(self, offer: Offer, accepted: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Download a model"))
        self.offer, self.preview = offer, None
        self._make(accepted)
        self._arrange()
        self._connect()
        self._show()

    def _make(self, accepted: bool) -> None:
        self.amount, self.disk = (
            label(tr("The exact size is being asked for…"), "strong"),
            label("", "muted", wrap=True),
        )
        self.trust = label("", "caption", wrap=True)
        self.problem = label("", "danger", wrap=True)
        self.token = button(tr("Enter a token…"), "key")
        self.read = button(tr("Read the licence"), "open", "link")
        self.accept_it = Tick(tr("I have read the licence and accept it"))
        self.accept_it.setChecked(accepted)
        self.accept_it.setEnabled(not accepted)
        self.cancel, self.go = button(tr("Cancel")), button(tr("Download"), "download", "primary")
        self.go.setDefault(True)

    def _arrange(self) -> None:
        self._problem = card(self.problem, row(self.token, 1), name="problem", pad=12)
        box = column(
            label(tr("Download “{title}”?", title=self.offer.title), "title", wrap=True),
            column(self.amount, self.disk, self.trust, spacing=4),
            self._problem,
            self._licence(self.offer.licence),
            row(1, self.cancel, self.go),
            spacing=PAD,
        )
        box.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.setLayout(box)

    def _licence(self, licence: Licence) -> QFrame:
        said = label(tr(licence.summary), "body", wrap=True)
        terms = column(label(licence.name, "heading", wrap=True), said, label(licence.url, "caption", wrap=True))
        if not licence.accept:
            self.accept_it.hide()
        return card(terms, row(self.read, 1), self.accept_it, spacing=GAP)

    def _connect(self) -> None:
        self.accept_it.toggled.connect(lambda _: self._show())
        self.read.clicked.connect(lambda: open_page(self.offer.licence.url))
        self.token.clicked.connect(self.wanted_token)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)
        self.accepted.connect(self.agreed)

    @property
    def agrees(self) -> bool:
        """Whether the licence is accepted, or need not be."""
        return not self.offer.licence.accept or self.accept_it.isChecked()

    @Slot(str, object)
    def take(self, name: str, found: Preview | LacunaError) -> None:
        """Show what the hub said of the model."""
        if name != self.offer.id:
            return
        if isinstance(found, LacunaError):
            self.amount.setText(tr("It cannot be downloaded now."))
            self._complain(str(found))
        else:
            self._take_preview(found)
        self._show()

    def _take_preview(self, found: Preview) -> None:
        begun = found.total - found.missing
        there = tr("{amount} of it are there already.", amount=size(begun)) if begun else ""
        told = tr("{amount} in {count} files will be downloaded.", amount=size(found.missing), count=len(found.files))
        self.amount.setText(told)
        free = tr("{amount} are free on the disk.", amount=size(found.free))
        self.disk.setText(" ".join(filter(None, (there, free))))
        self.trust.setText("" if found.pinned else _TRUST)
        room = found.free >= SPARE * found.missing
        self.preview = found if room else None
        lacking = tr("The disk has too little room. Free some, or choose another folder for models.")
        self._complain("" if room else lacking)

    def _complain(self, words: str) -> None:
        self.problem.setText(words)

    def _show(self) -> None:
        self._problem.setVisible(bool(self.problem.text()))
        self.token.setVisible(bool(self.problem.text()) and self.offer.gated)
        for part in (self.disk, self.trust):
            part.setVisible(bool(part.text()))
        self.go.setEnabled(self.preview is not None and self.agrees)
        fit_height(self, _WIDTH)


_TRUST = tr(
    "Lacuna was not told in advance what these files must be. It takes the hub's own list now, writes it down, and "
    "holds every later download against it."
)
