"""The first run in three steps: is this computer up to it, where things shall be, and what to do first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QLayout, QPushButton, QStackedWidget, QWidget

from core.errors import LacunaError
from core.hardware.checks import Verdict
from core.i18n import tr
from core.resources import resource
from core.settings import library_folder
from gui.state.session import Session
from gui.state.welcome import FIRST, SystemCheck, first_cost, first_erasure, summary
from gui.theme import PAD, volatile_settings
from gui.widgets.basics import Combo, Elided, Item, button, card, clear, column, label, row
from gui.widgets.clip_view import ClipView
from gui.widgets.cover import Cover
from gui.widgets.segments import Segments
from gui.widgets.setting import THEMES, fill, language_choices, restart, setting
from gui.widgets.verdict import VerdictLine

_WIDTH, _HEIGHT, _PICTURE = 720, 540, 150
_STEP = "welcome/step"
"""Where a restart that the welcome asked for goes on."""
STEPS = (tr("This computer"), tr("Your choices"), tr("First steps"))


class Welcome(Cover):
    """Laid over the window; `went` leads to a place. Skipping it counts as having been welcomed."""

    went = Signal(str, object)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session, self.settings = session, session.settings
        self.check = SystemCheck(self)
        self.check.found.connect(self._show_verdicts)
        self.setAccessibleName(tr("Welcome to Lacuna"))
        self._make_controls()
        self.steps = QStackedWidget()
        for step in (self._computer(), self._choices(), self._first()):
            self.steps.addWidget(step)
        self._at = label("", "caption")
        foot = row(self.skip, 1, self._at, 1, self.back, self.on)
        box = card(label(tr("Welcome to Lacuna"), "title"), self.steps, foot, spacing=PAD, pad=28)
        box.setFixedSize(_WIDTH, _HEIGHT)
        self.setLayout(column(1, row(1, box, 1), 1))
        self._connect()
        self._complain("")
        self._show()

    def _make_controls(self) -> None:
        self.skip, self.back = button(tr("Skip"), role="quiet"), button(tr("Back"))
        self.on = button(tr("Next"), role="primary")
        self.folder = Elided("muted")
        self.change_folder = button(tr("Change…"), "folder", name=tr("Choose the library's folder"))
        self.language, self.theme = Combo(tr("Language")), Segments(tr("Theme"), THEMES)
        self.start = button(tr("Try the starter now"), "erase", "big")
        self.look = button(tr("Look around"))
        self.restart_now = button(tr("Restart now"), "retry", "primary")
        self.problem = label("", "danger", wrap=True)

    def _computer(self) -> QWidget:
        self._verdicts = column(label(tr("Looking at this computer…"), "muted"), spacing=PAD - 2)
        self._summary = label("", "strong", wrap=True)
        text = tr("Lacuna erases a concept from the text encoder of a video model, and shows you before and after.")
        return _step(label(text, "muted", wrap=True), self._summary, self._verdicts, 1)

    def _choices(self) -> QWidget:
        where = row(self.folder, self.change_folder)
        where.setStretch(0, 1)
        note = label(tr("Your erased encoders, clips and jobs are kept here."), "muted", wrap=True)
        place = column(label(tr("Library folder"), "strong"), note, where, self.problem, spacing=4)
        self._late = label(tr("Folder and language take effect when Lacuna starts again."), "caption", wrap=True)
        return _step(
            label(tr("All of this can be changed later, in the settings."), "muted", wrap=True),
            place,
            setting(tr("Language"), tr("Of the window; the command line speaks English."), self.language),
            setting(tr("Theme"), tr("Light, dark, or as the system is."), self.theme),
            1,
            self._late,
        )

    def _first(self) -> QWidget:
        what = tr(
            "Erases “{concept}”, a character that the bundled starter model can draw, and shows the same prompt "
            "before and after. Takes {time} on a small computer; you can watch it.",
            concept=FIRST,
            time=first_cost(self.session.folder),
        )
        self._told = what
        self._what = label(what, "muted", wrap=True)
        pictures = row(1, _picture("before", tr("Before")), _picture("after", tr("After")), 1, spacing=PAD)
        return _step(pictures, self._what, self.restart_now, self.start, row(1, self.look, 1), 1)

    def _connect(self) -> None:
        change = self.settings.change
        self.skip.clicked.connect(self.leave)
        self.back.clicked.connect(lambda: self._go(self.steps.currentIndex() - 1))
        self.on.clicked.connect(self.next)
        self.theme.chosen.connect(lambda key: change(theme=key))
        self.language.activated.connect(lambda _: change(language=self.language.currentData()))
        self.change_folder.clicked.connect(self.choose_folder)
        self.start.clicked.connect(self.try_starter)
        self.look.clicked.connect(lambda: self._lead("erase"))
        self.restart_now.clicked.connect(self._restart)
        self.settings.changed.connect(self._show)

    def open(self) -> None:
        """Cover the window and look at the computer."""
        super().open()
        self.check.run(self._folder())
        kept = volatile_settings()
        self._go(int(str(kept.value(_STEP, 0))))
        kept.remove(_STEP)

    def _restart(self) -> None:
        """Start again with what was chosen, and go on here with the same step."""
        volatile_settings().setValue(_STEP, self.steps.currentIndex())
        restart(self)

    def leave(self) -> None:
        """Uncover the window; the first run is over."""
        self.check.close()
        self.settings.changed.disconnect(self._show)
        self.settings.change(welcomed=True)
        super().leave()

    def next(self) -> None:
        """Go to the next step, or from the last one to the window."""
        if self.steps.currentIndex() + 1 == len(STEPS):
            self._lead("erase")
        else:
            self._go(self.steps.currentIndex() + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the button that has the focus with Return, too, which Qt does in dialogs only."""
        pressed = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(pressed, QPushButton):
            pressed.click()
        else:
            super().keyPressEvent(event)

    def _go(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        self._show()
        next(button for button in (self.on, self.restart_now, self.start) if not button.isHidden()).setFocus()

    def _show(self, _names: tuple[str, ...] = ()) -> None:
        step, value, late = self.steps.currentIndex(), self.settings.value, bool(self.settings.waiting)
        told = tr("{step} of {count}: {title}", step=step + 1, count=len(STEPS), title=STEPS[step])
        self._at.setText(told)
        self.setAccessibleDescription(told)
        self.back.setEnabled(step > 0)
        self.on.setVisible(step + 1 < len(STEPS))
        fill(self.language, language_choices(), value.language)
        self.theme.set_value(value.theme)
        self.folder.setText(str(self._folder()))
        self._late.setVisible(late)
        self._what.setText(self._late.text() if late else self._told)
        self.restart_now.setVisible(late)
        self.start.setVisible(not late)

    def _folder(self) -> Path:
        return library_folder("" if "library" in self.settings.waiting else self.session.folder)

    def _show_verdicts(self, verdicts: tuple[Verdict, ...]) -> None:
        clear(self._verdicts)
        self._summary.setText(summary(verdicts))
        for verdict in verdicts:
            self._verdicts.addWidget(line := VerdictLine(verdict))
            line.followed.connect(lambda thing: self._lead("settings", thing))

    def choose_folder(self) -> None:
        """Let a person pick the library's folder."""
        chosen = QFileDialog.getExistingDirectory(self, tr("Choose the library's folder"), str(self._folder()))
        if chosen:
            self.set_folder(Path(chosen))

    def set_folder(self, folder: Path) -> None:
        """Use a folder for the library if it can be written to, and say so here if not."""
        try:
            self.settings.use_library(folder)
        except LacunaError as error:
            self._complain(str(error))
            return
        self._complain("")
        self.check.run(folder)

    def _complain(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def try_starter(self) -> None:
        """Begin the first erasure and go where it is shown."""
        self.session.jobs.add(first_erasure(self.session.folder))
        self._lead("jobs")

    def _lead(self, key: str, thing: str | None = None) -> None:
        self.leave()
        self.went.emit(key, thing)


def _picture(name: str, title: str) -> QLayout:
    """One side of an erasure that was done with the starter."""
    view = ClipView(title)
    view.setFixedSize(_PICTURE, _PICTURE)
    view.set_frames((QImage(str(resource("welcome", f"{name}.png"))),))
    return column(label(title, name), view, spacing=4)


def _step(*items: Item) -> QWidget:
    made = QWidget()
    made.setLayout(column(*items, spacing=PAD))
    return made
