"""The parts of Lacuna as a list that is narrowed by words; read when it is first asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from core.errors import LacunaError
from core.hardware.parts import Part, parts
from core.i18n import tr
from gui.state.row_list import Index, RowList

PART_ROLE = Qt.ItemDataRole.UserRole + 1


class PartList(RowList[Part]):
    """Shows the parts that hold every word looked for. `problem` says why there are none, if they cannot be read."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows, self.all, self.problem = [], (), ""

    def load(self) -> None:
        """Read the parts, once; takes some 50 ms."""
        try:
            self.all = parts()
        except LacunaError as error:
            self.problem = str(error)

    def narrow(self, text: str) -> None:
        """Look for something else."""
        words = tuple(text.casefold().split())
        self.set_rows([part for part in self.all if part.holds(words)])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The line that is read out, or the Part itself."""
        if not index.isValid():
            return None
        part = self.rows[index.row()]
        if role == PART_ROLE:
            return part
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{part.name} {part.version}, {part.licence}"
        return part.licence if role == Qt.ItemDataRole.ToolTipRole else None


def text_of(part: Part) -> str:
    """The licence texts of a part, or why they cannot be read."""
    try:
        return part.whole_text()
    except OSError as error:
        return tr("The text cannot be read: {reason}.", reason=error.strerror or error)
