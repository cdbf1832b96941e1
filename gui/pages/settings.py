"""Settings: each with what it does; all take effect at once, but for the few that wait for the next start."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QFrame, QWidget

from core.errors import LacunaError
from core.folders import portable_folder, portable_note, settings_file
from core.i18n import tr
from core.models.registry import models_folder
from core.settings import MEMORY, library_folder, reset_values
from gui.pages.page import Page
from gui.state.commands import Command
from gui.state.devices import Surroundings, device_choices
from gui.state.gpu_pack import GpuPack
from gui.state.session import Session
from gui.theme import GAP, PAD, WIDE
from gui.widgets.ask import ask
from gui.widgets.basics import Combo, Elided, button, column, label, row, scrolled
from gui.widgets.gpu_pack_card import GpuPackCard
from gui.widgets.opening import open_page, open_path
from gui.widgets.segments import Segments
from gui.widgets.setting import THEMES, fill, group, language_choices, restart, setting
from gui.widgets.switch import Switch

WIDTH = 760
"""Pixels; a line of help is not read any wider."""

_COLUMN = 660
"""Pixels that a column of groups needs where two stand side by side."""

_MEMORY = {"auto": tr("Automatic"), "low": tr("Low"), "balanced": tr("Balanced"), "high": tr("High")}

_MODELS = tr(
    "Holds what is downloaded, and the list of all models. Another folder counts at once. Nothing is moved: what lies "
    "in this one is listed again when you choose it again."
)


class SettingsPage(Page):
    """Shows the settings' values and changes them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.settings = session, session.settings
        self.around, self.pack = Surroundings(self), GpuPack(self)
        self._make_controls()
        self._area = scrolled(self._body())
        self.setLayout(column(self._area))
        self.commands = [
            Command("settings.folder", tr("Choose the library's folder"), self.choose_folder),
            Command("settings.open_library", tr("Open the library's folder"), self.open_library),
            Command("settings.models", tr("Choose the models' folder"), self.choose_models),
            Command("settings.open_file", tr("Open the settings file"), self.open_file),
            Command("settings.reset", tr("Reset all settings"), self.reset),
            Command("settings.restart", tr("Restart Lacuna"), lambda: restart(self)),
        ]
        self._connect()
        self._show()

    def take(self, thing: object) -> None:
        """Go to the folder of the library, which a failed job leads to, or of the models, or to the GPU pack."""
        buttons = {"library": self.change_folder, "models": self.change_models}
        self._seeks_gpu = thing == "gpu"
        self._seek_gpu()
        if isinstance(thing, str) and (found := buttons.get(thing)):
            self._area.ensureWidgetVisible(found)
            found.setFocus(Qt.FocusReason.OtherFocusReason)

    def _seek_gpu(self) -> None:
        """Go to the GPU pack if that is where a person was led, once it is known that there is something to see."""
        if self._seeks_gpu and not self.gpu.isHidden():
            self._seeks_gpu = False
            self._area.ensureWidgetVisible(self.gpu)
            self.gpu.install.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_controls(self) -> None:
        self._seeks_gpu = False
        self.theme = Segments(tr("Theme"), THEMES)
        self.language, self.device = Combo(tr("Language")), Combo(tr("Device"))
        self.memory = Segments(tr("Memory"), [(key, _MEMORY[key]) for key in MEMORY])
        self.autosave, self.notify = Switch(tr("Keep drafts")), Switch(tr("Desktop notifications"))
        self.updates = Switch(tr("Look for newer versions"))
        self.newer = button(role="link", name=tr("Open its page"))
        self.offline, self.gpu = Switch(tr("Stay offline")), GpuPackCard(self.pack)
        self.folder = Elided("muted")
        self.change_folder = button(tr("Change…"), "folder", name=tr("Choose the library's folder"))
        self.open_it = button(tr("Open"), role="quiet", name=tr("Open the library's folder"))
        self.models = Elided("muted")
        self.change_models = button(tr("Change…"), "folder", name=tr("Choose the models' folder"))
        self.open_models = button(tr("Open"), role="quiet", name=tr("Open the models' folder"))
        self.reset_all = button(tr("Reset all settings"), "undo")
        self.file = button(tr("Open the settings file"), role="link")
        self.restart_now = button(tr("Restart now"), role="primary")
        self._waiting = label(tr("Some changes take effect when Lacuna starts again."), "body", wrap=True)

    def _body(self) -> QWidget:
        inner = QWidget()
        left = column(self._looks(), self._network(), self._models(), spacing=PAD)
        right = column(self._library(), self._device(), self.gpu, spacing=PAD)
        for side in (left, right):
            side.addStretch(1)
        self._sides = row(left, right, spacing=PAD)
        foot = row(self.reset_all, 1, self.file)
        inside = column(label(tr("Settings"), "title"), self._banner(), self._sides, foot, 1, spacing=PAD)
        self._page = QWidget()
        self._page.setLayout(inside)
        outer = row(self._page, 0, spacing=0)
        outer.setStretch(0, 1)
        outer.setContentsMargins(32, WIDE, 32, WIDE)
        inner.setLayout(outer)
        return inner

    def _banner(self) -> QFrame:
        self.banner = QFrame()
        self.banner.setObjectName("hint")
        box = row(self._waiting, self.restart_now)
        box.setStretch(0, 1)
        box.setContentsMargins(PAD, GAP, GAP, GAP)
        self.banner.setLayout(box)
        return self.banner

    def _looks(self) -> QFrame:
        return group(
            tr("Window"),
            setting(tr("Language"), tr("Changes when Lacuna starts again."), self.language),
            setting(tr("Theme"), tr("Light, dark, or as the system is."), self.theme),
            setting(
                tr("Keep drafts"),
                tr("What you have filled in stands there again at the next start."),
                self.autosave,
            ),
            setting(
                tr("Desktop notifications"),
                tr("Tells you that a job is over while Lacuna is in the background."),
                self.notify,
            ),
        )

    def _library(self) -> QFrame:
        self.used = label("", "muted")
        holds = tr("Holds the erased encoders, the gallery and the queue. Changes when Lacuna starts again.")
        lines = [row(label(tr("On the disk"), "strong"), 1, self.used), row(self._portable())]
        return group(tr("Library"), _place(holds, self.folder, self.open_it, self.change_folder), *lines)

    def _models(self) -> QFrame:
        return group(tr("Models"), _place(_MODELS, self.models, self.open_models, self.change_models))

    def _portable(self) -> QWidget:
        home = portable_folder()
        text = portable_note() or (
            tr("On: everything is kept in “{path}”, beside Lacuna.", path=home)
            if home
            else tr("Off. A file named “portable” beside Lacuna keeps settings and library in a folder beside it.")
        )
        made = QWidget()
        made.setLayout(column(label(tr("Portable mode"), "strong"), label(text, "muted", wrap=True), spacing=2))
        return made

    def _device(self) -> QFrame:
        return group(
            tr("Device"),
            setting(tr("Device"), tr("What jobs run on, from the next job on."), self.device),
            setting(
                tr("Memory"),
                tr("How many pictures are made at once. Low is slower and fits small GPUs; high suits large ones."),
                self.memory,
            ),
        )

    def _network(self) -> QFrame:
        return group(
            tr("Network"),
            setting(
                tr("Stay offline"),
                tr("Lacuna sends nothing and downloads only what you ask for. This forbids even that."),
                self.offline,
            ),
            self._updates(),
        )

    def _updates(self) -> QWidget:
        possible = self.session.updates.possible
        note = (
            tr("Asks at the start, once a day at most, and shows a link. Nothing about you is sent.")
            if possible
            else tr("This copy has no address to ask. Look where you got Lacuna from.")
        )
        self.updates.setEnabled(possible)
        made = QWidget()
        made.setLayout(column(setting(tr("Look for newer versions"), note, self.updates), row(self.newer, 1)))
        return made

    def _show_newer(self) -> None:
        found = self.session.updates.release
        self.newer.setVisible(found is not None)
        self.newer.setText(tr("Lacuna {version} is out", version=found.version) if found else "")

    def open_newer(self) -> None:
        """Show the page of the newer version in the browser."""
        if found := self.session.updates.release:
            open_page(found.page)

    def _connect(self) -> None:
        change = self.settings.change
        self.theme.chosen.connect(lambda key: change(theme=key))
        self.memory.chosen.connect(lambda key: change(memory=key))
        self.language.activated.connect(lambda _: change(language=self.language.currentData()))
        self.device.activated.connect(lambda _: change(device=self.device.currentData()))
        self.autosave.toggled.connect(lambda on: change(autosave=on))
        self.notify.toggled.connect(lambda on: change(notify=on))
        self.offline.toggled.connect(lambda on: change(offline=on))
        self.updates.toggled.connect(lambda on: change(updates=on))
        self.newer.clicked.connect(self.open_newer)
        self.session.updates.found.connect(self._show_newer)
        self.change_folder.clicked.connect(self.choose_folder)
        self.open_it.clicked.connect(self.open_library)
        self.change_models.clicked.connect(self.choose_models)
        self.open_models.clicked.connect(lambda: open_path(self._present(models_folder())))
        self.reset_all.clicked.connect(self.reset)
        self.file.clicked.connect(self.open_file)
        self.restart_now.clicked.connect(lambda: restart(self))
        self.settings.changed.connect(lambda _: self._show())
        self.around.changed.connect(self._show)
        self.gpu.appeared.connect(lambda: QTimer.singleShot(0, self, self._seek_gpu))

    def _show(self) -> None:
        value = self.settings.value
        self.theme.set_value(value.theme)
        self.memory.set_value(value.memory)
        fill(self.language, language_choices(), value.language)
        fill(self.device, device_choices(self.around.gpus, value.device), value.device)
        for key in ("autosave", "notify", "offline", "updates"):
            getattr(self, key).setChecked(getattr(value, key))
        self._show_newer()
        self.folder.setText(str(library_folder(self._next_library())))
        self.models.setText(str(models_folder()))
        self.used.setText(self.around.used or tr("Being counted…"))
        self.banner.setVisible(bool(self.settings.waiting))
        usual = reset_values()
        self.reset_all.setEnabled(any(getattr(value, key) != usual[key] for key in usual))
        self.file.setEnabled(settings_file().exists())

    def _next_library(self) -> str:
        """The folder of the next start: the one that was set since this one, else the one that is open."""
        return "" if "library" in self.settings.waiting else self.session.folder

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the groups side by side where there is room for two."""
        super().resizeEvent(event)
        wide = self.width() >= 2 * _COLUMN
        directions = QBoxLayout.Direction
        self._sides.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        self._page.setMaximumWidth(2 * WIDTH + PAD if wide else WIDTH)

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the computer anew."""
        super().showEvent(event)
        self.around.ask(library_folder(self.session.folder))
        self.pack.ask()

    def choose_folder(self) -> None:
        """Let a person pick the library's folder; one that cannot be written to is refused in words."""
        start = str(library_folder(self._next_library()))
        chosen = QFileDialog.getExistingDirectory(self, tr("Choose the library's folder"), start)
        if chosen:
            self.set_folder(Path(chosen))

    def set_folder(self, folder: Path) -> None:
        """Use another library from the next start on."""
        try:
            self.settings.use_library(folder)
        except LacunaError as error:
            self.say(str(error))

    def choose_models(self) -> None:
        """Let a person pick the models' folder; one that cannot be written to is refused in words."""
        start = str(self._present(models_folder()))
        if chosen := QFileDialog.getExistingDirectory(self, tr("Choose the models' folder"), start):
            self.set_models(Path(chosen))

    def set_models(self, folder: Path) -> None:
        """Use another models folder from now on, unless something is being downloaded into this one."""
        if self.session.is_downloading:
            self.say(tr("A download is running. Pause it first, and then choose another folder for models."))
            return
        try:
            self.settings.use_models(folder)
        except LacunaError as error:
            self.say(str(error))

    @staticmethod
    def _present(folder: Path) -> Path:
        """The folder, or the first above it that there is: the models folder is made with the first model."""
        return next(place for place in (folder, *folder.parents) if place.is_dir())

    def open_library(self) -> None:
        """Show the library in the system's file manager."""
        open_path(library_folder(self.session.folder))

    def open_file(self) -> None:
        """Show the settings file in the system's editor."""
        open_path(settings_file())

    def reset(self) -> None:
        """Go back to the defaults, once a person has said so."""
        why = tr("The folders of the library and of the models stay as they are.")
        if ask(self, tr("Reset all settings to their defaults?"), why, tr("Reset")):
            self.settings.reset()

    def close_down(self) -> None:
        """Wait for what is being asked of disk and driver."""
        self.around.close()
        self.pack.close()


def _place(holds: str, folder: Elided, opener: QWidget, change: QWidget) -> QWidget:
    """A folder: what it holds, where it is, and the buttons that open and change it."""
    where = row(folder, opener, change)
    where.setStretch(0, 1)
    made = QWidget()
    made.setLayout(column(label(tr("Folder"), "strong"), label(holds, "muted", wrap=True), where, spacing=4))
    return made
