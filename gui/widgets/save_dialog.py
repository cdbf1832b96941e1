"""The one dialog that saves: a frame, a clip, several clips, or a comparison; as what, where, and how large."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QProgressBar, QWidget

from core.i18n import tr
from gui.state.comparison import Made
from gui.state.saving import FORMATS, SCALES, Savable, Saver, clip, clips
from gui.theme import PAD, WIDE
from gui.widgets.basics import Elided, Item, button, column, field, fit_height, label, row
from gui.widgets.opening import open_path
from gui.widgets.segments import Segments

_WIDTH = 520
_NAMES = {suffix or "frames": title for suffix, (title, _) in FORMATS.items()}


def save(parent: QWidget, savable: Savable, noticed: SignalInstance) -> SaveDialog:
    """Ask how to save something and do it; a page's `noticed` then says where it is and offers to open the folder."""
    dialog = SaveDialog(Saver(savable), parent)
    dialog.saver.saved.connect(lambda path: _tell(noticed, path))
    dialog.open()
    return dialog


def save_takes(parent: QWidget, takes: Sequence[Made], noticed: SignalInstance) -> SaveDialog:
    """Save one clip or picture, or several into a folder."""
    paths = [take.path for take in takes]
    chosen = clips(paths, tr("Clips from Lacuna")) if len(paths) > 1 else clip(paths[0], _called(takes[0]))
    return save(parent, chosen, noticed)


def _called(take: Made) -> str:
    """A take by its prompt, erased encoder and seed; nothing where the prompt is not known."""
    known = (str(take.metadata.get(key) or "").strip() for key in ("prompt", "encoder_name"))
    prompt, encoder = (" ".join(text.split()) for text in known)
    seed = take.metadata.get("seed")
    return ", ".join(filter(None, (prompt[:80], encoder[:30], f"{seed}"))) if prompt else ""


def _tell(noticed: SignalInstance, path: Path) -> None:
    noticed.emit(tr("Saved as “{name}”.", name=path.name), tr("Open folder"), partial(open_folder, path))


def open_folder(path: Path) -> None:
    """Show the folder that holds a file in the system's own program."""
    open_path(path.parent)


class SaveDialog(QDialog):
    """Shows a Saver; it closes when all is written."""

    def __init__(self, saver: Saver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(saver.savable.title)
        self.saver = saver
        saver.setParent(self)
        self._build()
        self._build_choices()
        self._arrange()
        self._connect()
        self.show_state()
        self.name.selectAll()
        self.name.setFocus()

    def _build(self) -> None:
        self.about = label("", "caption", wrap=True)
        self.name = QLineEdit(self.saver.name)
        self.folder = Elided("muted")
        self.browse = button(tr("Choose…"), "folder", tip=tr("Choose a folder"), name=tr("Choose a folder"))
        self.problem = label("", "danger", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 100)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress of saving"))
        self.cancel = button(tr("Cancel"))
        self.go = button(tr("Save"), "save", "primary")
        self.go.setDefault(True)

    def _build_choices(self) -> None:
        savable = self.saver.savable
        self.formats = Segments(tr("Format"), [(s or "frames", _NAMES[s or "frames"]) for s in savable.formats])
        self.formats.setVisible(len(savable.formats) > 1)
        self.formats.chosen.connect(lambda key: self.saver.set_suffix("" if key == "frames" else key))
        self.scales = Segments(tr("Size"), [(str(scale), f"{scale} ×") for scale in SCALES])
        self.scales.chosen.connect(lambda key: self.saver.set_scale(int(key)))
        self.size_note = label("", "caption")

    def _choices(self) -> tuple[Item, ...]:
        """As what it is saved, above its name."""
        return (column(row(self.formats, 1), self.about, spacing=6),)

    def _details(self) -> tuple[Item, ...]:
        """What else there is to choose, below the folder."""
        size = row(self.scales, self.size_note, 1, spacing=12)
        if self.saver.savable.scaled:
            return (column(label(tr("Size"), "strong"), size, spacing=6),)
        return ()

    def _arrange(self) -> None:
        folder = row(self.folder, self.browse)
        folder.setStretch(0, 1)
        title = tr("Name of the folder") if self.saver.savable.many else tr("Name")
        parts = (
            label(self.saver.savable.title, "heading"),
            *self._choices(),
            field(title, self.name),
            column(label(tr("Folder"), "strong"), folder, spacing=6),
            *self._details(),
            self.problem,
            self.bar,
            row(1, self.cancel, self.go),
        )
        box = column(*parts, spacing=PAD)
        box.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        self.setLayout(box)

    def _connect(self) -> None:
        saver = self.saver
        self.name.textEdited.connect(saver.set_name)
        self.browse.clicked.connect(self._choose_folder)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(saver.save)
        saver.changed.connect(self.show_state)
        saver.progressed.connect(lambda share: self.bar.setValue(round(100 * share)))
        saver.saved.connect(lambda _path: self.accept())
        saver.failed.connect(self._fail)

    def show_state(self) -> None:
        """Show what the Saver holds."""
        saver = self.saver
        self._show_choices()
        if self.name.text() != saver.name:
            self.name.setText(saver.name)
        self.folder.setText(str(saver.folder))
        self._show_problem("" if saver.busy else saver.problem)
        for control in (self.name, self.browse):
            control.setEnabled(not saver.busy)
        self.go.setEnabled(not saver.busy and not saver.problem)
        self.bar.setVisible(saver.busy)
        fit_height(self, _WIDTH)

    def _show_choices(self) -> None:
        saver = self.saver
        self.formats.set_value(saver.suffix or "frames")
        self.scales.set_value(str(saver.scale))
        for control in (self.formats, self.scales):
            control.setEnabled(not saver.busy)
        self.about.setText(FORMATS[saver.suffix][1])
        width, height = (side * saver.scale for side in saver.savable.size)
        known = tr("{width} × {height} pixels", width=width, height=height) if width else ""
        self.size_note.setText(known)

    def _show_problem(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def _fail(self, why: str) -> None:
        self._show_problem(why)
        self.bar.setValue(0)
        fit_height(self, _WIDTH)

    def _choose_folder(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, tr("Choose a folder"), str(self.saver.folder)):
            self.saver.set_folder(Path(folder))

    def reject(self) -> None:
        """While something is being saved, stop that; otherwise close."""
        if self.saver.busy:
            self.saver.stop()
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Close, with no thread left."""
        self.saver.close()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter saves from wherever the focus is, but not twice."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.saver.busy:
            return
        super().keyPressEvent(event)
