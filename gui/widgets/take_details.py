"""The chosen take below the gallery: it plays, tells how it was made, and offers what can be done with it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLayout, QPushButton, QWidget

from core.i18n import number, tr
from core.library.gallery import Take
from gui.state.gallery_model import told
from gui.state.hover_film import HoverFilm
from gui.state.words import host_title, moment_of
from gui.widgets.basics import button, column, label, row
from gui.widgets.clip_view import ClipView
from gui.widgets.motion import may_move

_SIDE = 96
_NUMBERS = {"steps": tr("{value} steps"), "guidance": tr("guidance {value}"), "frames": tr("{value} frames")}


def facts(take: Take) -> str:
    """How a take was made, as far as it is known: encoder, host, seed, numbers and date."""
    parts = [told(take), host_title(take.text("family"), take.host) if take.host else ""]
    parts.append("" if take.seed is None else tr("seed {seed}", seed=take.seed))
    for name, words in _NUMBERS.items():
        value = take.number(name)
        if value is not None and not (name == "frames" and value == 1):
            parts.append(words.format(value=number(value, "g")))
    return " · ".join(filter(None, (*parts, moment_of(take.created))))


def copy_metadata(takes: Sequence[Take]) -> None:
    """Put how takes were made on the clipboard, as JSON."""
    found = [dict(take.metadata) for take in takes]
    text = json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2)
    QGuiApplication.clipboard().setText(text)


class TakeDetails(QFrame):
    """Shows the chosen takes; `wanted` carries the key of what a person wants done, such as `compare`."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._film = HoverFilm(self)
        self._film.moved.connect(self._show_frame)
        self.view = ClipView(tr("The chosen take"))
        self.view.setFixedSize(_SIDE, _SIDE)
        self._title = label("", "strong", wrap=True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._title.setMaximumHeight(40)
        self._facts = label("", "caption", wrap=True)
        self._avoided = label("", "caption", wrap=True)
        self._make_buttons()
        words = column(self._title, self._facts, self._avoided, 1, spacing=4)
        top = row(self.view, words, spacing=14)
        top.setStretch(1, 1)
        box = column(top, self._buttons(), spacing=10)
        box.setContentsMargins(12, 12, 12, 12)
        self.setLayout(box)

    def _make_buttons(self) -> None:
        into_form = tr("Put how it was made into the form (Ctrl+R)")
        self.reuse = button(tr("Reuse"), "retry", tip=into_form, name=tr("Reuse settings"))
        self.compare = button(tr("Compare"), "compare", tip=tr("Put the chosen takes side by side (Return)"))
        self.export = button(tr("Export…"), "export", tip=tr("Save as MP4, WebM, GIF or frames (Ctrl+E)"))
        self.restore = button(tr("Restore"), "undo", tip=tr("Bring it back from the trash"))
        self.star = self._quiet("star", tr("Star it (S)"))
        self.copy = self._quiet("copy", tr("Copy how it was made (Ctrl+C)"))
        self.folder = self._quiet("folder", tr("Open the folder"))
        self.trash = self._quiet("trash", tr("Move to the trash (Delete)"))

    def _quiet(self, sign: str, tip: str) -> QPushButton:
        made = button("", sign, "quiet", tip, tip.split(" (", maxsplit=1)[0])
        made.setFixedWidth(34)
        return made

    def _buttons(self) -> QLayout:
        named = {"reuse": self.reuse, "compare": self.compare, "export": self.export, "restore": self.restore,
                 "star": self.star, "copy": self.copy, "folder": self.folder, "trash": self.trash}  # fmt: skip
        for key, made in named.items():
            made.clicked.connect(lambda _=False, key=key: self.wanted.emit(key))
        first = (self.reuse, self.compare, self.export, self.restore)
        return row(*first, 1, row(self.star, self.copy, self.folder, self.trash, spacing=0), spacing=6)

    def show_takes(self, takes: Sequence[Take], *, trashed: bool) -> None:
        """Show one take, or what several have in common; hidden while none is chosen."""
        self.setVisible(bool(takes))
        if not takes:
            self._film.stop()
            return
        one = takes[0] if len(takes) == 1 else None
        self._title.setText(one.prompt or one.name if one else tr("{count} takes", count=len(takes)))
        self._facts.setText((one.fault or facts(one)) if one else _shared(takes))
        avoided = one.text("negative_prompt") if one else ""
        self._avoided.setText(tr("Told to avoid “{words}”", words=avoided) if avoided else "")
        self._avoided.setVisible(bool(avoided))
        self._film.start(takes[-1].id, [takes[-1].path], moving=may_move(self))
        self._show_buttons(takes, trashed)

    def _show_buttons(self, takes: Sequence[Take], trashed: bool) -> None:
        self.reuse.setEnabled(len(takes) == 1)
        for made in (self.reuse, self.compare, self.export, self.star, self.trash):
            made.setVisible(not trashed)
        self.restore.setVisible(trashed)
        starred = all(take.starred for take in takes)
        words = tr("Take the star off (S)") if starred else tr("Star it (S)")
        self.star.setToolTip(words)
        self.star.setAccessibleName(words.split(" (")[0])
        self.star.setCheckable(True)
        self.star.setChecked(starred)

    def _show_frame(self) -> None:
        image = self._film.image
        self.view.set_frames((image,) if image is not None else ())

    def close_down(self) -> None:
        """Stop the clip."""
        self._film.close()


def _shared(takes: Sequence[Take]) -> str:
    """What several takes have in common."""
    encoders = list(dict.fromkeys(told(take) for take in takes))
    seeds, prompts = {take.seed for take in takes}, {take.prompt for take in takes}
    seed = tr("seed {seed}", seed=takes[0].seed) if len(seeds) == 1 else tr("{count} seeds", count=len(seeds))
    prompt = f"“{takes[0].prompt}”" if len(prompts) == 1 else tr("{count} prompts", count=len(prompts))
    return " · ".join((prompt, ", ".join(encoders[:4]), seed))
