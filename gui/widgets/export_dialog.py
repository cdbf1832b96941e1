"""The dialog that writes an erased encoder for another tool."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from core.i18n import tr
from core.library.exporters import target
from gui.state.exporting import SHARES, Exporter
from gui.state.words import number
from gui.widgets.basics import Combo, Item, column, field, label, row
from gui.widgets.save_dialog import SaveDialog
from gui.widgets.segments import Segments

_SHARE = tr("A larger share needs a higher rank, and so a larger file.")


class ExportDialog(SaveDialog):
    """Shows an Exporter; it closes when all is written."""

    def __init__(self, exporter: Exporter, parent: QWidget | None = None) -> None:
        self.exporter = exporter
        super().__init__(exporter, parent)

    def _build_choices(self) -> None:
        self.targets = Combo(tr("Tool"))
        for tool in self.exporter.offered:
            self.targets.addItem(tool.title, tool.name)
        self.refused = label(_refused(self.exporter.refused), "caption", wrap=True)
        self.refused.setVisible(bool(self.exporter.refused))
        self.targets.currentIndexChanged.connect(lambda _: self.exporter.set_target(self.targets.currentData()))
        self.shares = Segments(tr("Share of the change"), [(key, _share(share)) for key, share in SHARES.items()])
        self.shares.chosen.connect(self.exporter.set_share)
        self.lora = QWidget()
        title = label(tr("Share of the change"), "strong")
        self.lora.setLayout(column(title, row(self.shares, 1), label(_SHARE, "caption"), spacing=6))

    def _choices(self) -> tuple[Item, ...]:
        return (column(field(tr("Tool"), self.targets), self.about, self.refused, spacing=6), self.lora)

    def _details(self) -> tuple[Item, ...]:
        return ()

    def _show_choices(self) -> None:
        saver = self.exporter
        self.targets.setCurrentIndex(self.targets.findData(saver.target.name))
        self.about.setText(saver.target.summary)
        self.shares.set_value(saver.share)
        self.lora.setVisible(saver.target.name == "lora")
        for control in (self.targets, self.shares):
            control.setEnabled(not saver.busy)


def _share(share: float) -> str:
    return f"{number(100 * share, 'g')} %"


def _refused(refused: Mapping[str, str]) -> str:
    """Which tools are not offered, each with why, a line for each reason."""
    tools: dict[str, list[str]] = {}
    for name, why in refused.items():
        tools.setdefault(why, []).append(target(name).title)
    return "\n".join(tr("Not offered: {tools}. {why}", tools=", ".join(tools[why]), why=why) for why in tools)
