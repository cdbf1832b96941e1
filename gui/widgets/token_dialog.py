"""The token of a person's account at the hub: typed unseen, kept in a file that only they can read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from core.errors import LacunaError
from core.i18n import tr
from core.models.token import VARIABLE, clear_token, set_token, token, token_file
from gui.theme import PAD, WIDE
from gui.widgets.basics import button, column, field, fit_height, label, row

_WIDTH = 520
_WHY = tr(
    "A few models are given only to people who agreed to their terms on their page at the hub. A token that may read "
    "shows that this is you. It is sent to the hub and to nobody else, and stands in no setting, log or report."
)


class TokenDialog(QDialog):
    """Keeps a token, or forgets the one that is kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Token for the hub"))
        self.edit = QLineEdit()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.problem, self.state = label("", "danger", wrap=True), label("", "muted", wrap=True)
        self.forget, self.cancel = button(tr("Forget the token"), "trash"), button(tr("Cancel"))
        self.keep = button(tr("Keep"), "save", "primary")
        self.keep.setDefault(True)
        self._arrange()
        self.edit.textChanged.connect(lambda _: self._show())
        self.forget.clicked.connect(self._forget)
        self.cancel.clicked.connect(self.reject)
        self.keep.clicked.connect(self._keep)
        self._show()

    def _arrange(self) -> None:
        box = column(
            label(tr("Token for the hub"), "title"),
            label(_WHY, "muted", wrap=True),
            field(tr("Token"), self.edit),
            self.state,
            self.problem,
            row(self.forget, 1, self.cancel, self.keep),
            spacing=PAD,
        )
        box.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.setLayout(box)

    def _show(self, wrong: str = "") -> None:
        kept = token_file().is_file()
        self.state.setText(_kept_words(kept))
        self.forget.setVisible(kept)
        self.keep.setEnabled(bool(self.edit.text().strip()))
        self.problem.setText(wrong)
        self.problem.setVisible(bool(wrong))
        fit_height(self, _WIDTH)

    def _keep(self) -> None:
        try:
            set_token(self.edit.text())
        except LacunaError as error:
            self._show(str(error))
        else:
            self.accept()

    def _forget(self) -> None:
        try:
            clear_token()
        except LacunaError as error:
            self._show(str(error))
        else:
            self._show()


def _kept_words(kept: bool) -> str:
    if kept:
        return tr("A token is kept. Typing another one takes its place.")
    if token():
        return tr("The token in the environment variable {name} is used.", name=VARIABLE)
    return tr("No token is kept.")
