"""Picks one of the installed models, says what it can and what it lacks, and leads to where there are more."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from core.i18n import tr
from core.models.catalogue import FamilyCard
from gui.state.installed import installed
from gui.state.words import host_title
from gui.widgets.basics import Combo, button, column, label, row
from gui.widgets.setting import fill

JUDGE = "clip-judge"
"""The id of the judge that is offered."""


def facts(card: FamilyCard) -> str:
    """A line about a model: its hosts, how much of a prompt it reads, its licence."""
    hosts = ", ".join(host_title(card.name, host.name) for host in card.hosts)
    licence = tr("licence {name}", name=card.licence) if card.licence else tr("licence not known")
    return tr("{hosts} · reads {count} tokens · {licence}", hosts=hosts, count=card.tokens, licence=licence)


class ModelPicker(QWidget):
    """`chosen` carries the model that a person picked; `wanted` what the Models page shall show, or None.

    `brief` leaves out what the model is, where there is little room.
    """

    chosen = Signal(str)
    wanted = Signal(object)

    def __init__(self, *, brief: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._family, self._brief = "", brief
        self.models = Combo(tr("Model"))
        self.models.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.models.setMinimumContentsLength(8)
        self.more = button(tr("Get more models…"), role="link", tip=tr("Download or add models"))
        self.summary, self.facts = label("", "muted", wrap=True), label("", "caption", wrap=True)
        self._no_clips = label(tr("It makes no clips yet: before and after are pictures."), "warning", wrap=True)
        self.get_video = button(tr("Get a video model…"), role="link")
        self._no_judge = label(tr("No judge is installed, so its results cannot be measured."), "warning", wrap=True)
        self.get_judge = button(tr("Get a judge…"), role="link")
        self._clips, self._judge = _note(self._no_clips, self.get_video), _note(self._no_judge, self.get_judge)
        self._arrange()
        self.models.activated.connect(lambda _: self.chosen.emit(self.models.currentData()))
        self.more.clicked.connect(lambda: self.wanted.emit(None))
        self.get_video.clicked.connect(lambda: self.wanted.emit(self._family))
        self.get_judge.clicked.connect(lambda: self.wanted.emit(JUDGE))

    def _arrange(self) -> None:
        pick: QHBoxLayout = row(self.models, self.more)
        pick.setStretch(0, 1)
        told = () if self._brief else (column(self.summary, self.facts, spacing=4),)
        self.setLayout(column(pick, *told, self._clips, self._judge))

    def show_model(self, card: FamilyCard) -> None:
        """List the models there are now, and show one of them as picked."""
        listed = [(tr(other.title), other.name) for other in installed()]
        if listed != [(self.models.itemText(at), self.models.itemData(at)) for at in range(self.models.count())]:
            fill(self.models, [(name, title) for title, name in listed], card.name)
        self.models.setCurrentIndex(max(0, self.models.findData(card.name)))
        self._family = card.family
        self.summary.setText(tr(card.summary))
        self.facts.setText(facts(card))
        self._clips.setVisible(not card.video_hosts)
        self._judge.setVisible(not card.bundled and "judge" not in card.sources)


def _note(words: QLabel, way: QPushButton) -> QWidget:
    """A sentence with the way out of it behind it."""
    made = QWidget()
    line = row(words, way, spacing=4)
    line.setStretch(0, 1)
    made.setLayout(line)
    return made
