"""Models: what can be downloaded and what is on this computer; download, add, verify, repair, remove."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QListView, QMenu

from core.i18n import tr
from core.models.catalogue import sheet
from core.models.hub import offline
from core.models.licences import accepted
from gui.pages.page import Page
from gui.state.commands import Command
from gui.state.model_row import Act, ModelRow
from gui.state.models_model import ROW_ROLE
from gui.state.session import Session
from gui.state.words import number
from gui.theme import WIDE
from gui.widgets.ask import ask
from gui.widgets.basics import button, column, label, row, search_line
from gui.widgets.dropping import DropSign, local_files
from gui.widgets.empty import EmptyState
from gui.widgets.filter_bar import Question
from gui.widgets.licence_dialog import DownloadDialog
from gui.widgets.model_card import ModelDelegate
from gui.widgets.model_details import ModelDetails
from gui.widgets.opening import open_page, open_path
from gui.widgets.segments import Segments
from gui.widgets.shortcuts import told

_SHOW = (("all", tr("All")), ("installed", tr("Installed")))


class ModelsPage(Page):
    """Shows the session's ModelsModel; dialogs ask before anything is fetched or removed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self.model = session, session.models
        self._wanted = ""
        self._make_controls()
        self._arrange()
        self._connect()
        self.commands = self._commands()
        self._show()

    def _make_controls(self) -> None:
        tip = tr("Search ({keys})", keys=told("Ctrl+F"))
        self.search = search_line(tr("Search the models"), tr("Name, licence, family…"), tip)
        self.search.setMinimumWidth(240)
        self.search.setMaximumWidth(320)
        self.family = Question(tr("Model family"))
        self.shown = Segments(tr("Show"), _SHOW)
        self.token = button(tr("Token…"), "key", "quiet", tip=tr("For models that ask who you are"))
        self.add = button(tr("Add a file or folder…"), "add", tip=tr("Link a model that you have (Ctrl+O)"))
        self.list = QListView()
        self.list.setObjectName("models")
        self.list.setAccessibleName(tr("Models"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(ModelDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.details = ModelDetails()
        self.settings = button(tr("Settings"), role="link", name=tr("Open the settings"))

    def _arrange(self) -> None:
        self.count = label("", "muted")
        head = row(label(tr("Models"), "title"), self.count, 1, self.search, self.family, self.shown, spacing=12)
        ways = row(self.add, self.token, 1)
        self.empty = EmptyState("models", tr("No model is like that"), tr("Search for something else."), tr("Show all"))
        listed = column(self.list, self.empty, spacing=0)
        body = row(listed, self.details, spacing=12)
        body.setStretch(0, 1)
        box = column(head, ways, self._banner(), body, spacing=12)
        box.setStretch(3, 1)
        box.setContentsMargins(WIDE, WIDE, WIDE - 8, 8)
        self.setLayout(box)
        self.first = self.list
        self.setAcceptDrops(True)
        self.drop = DropSign(self, tr("Drop a folder of a model or a safetensors file to add it"))

    def _banner(self) -> QFrame:
        self.note = label("", "body", wrap=True)
        self.banner = QFrame()
        self.banner.setObjectName("hint")
        box = row(self.note, self.settings)
        box.setStretch(0, 1)
        box.setContentsMargins(12, 8, 12, 8)
        self.banner.setLayout(box)
        return self.banner

    def _connect(self) -> None:
        model = self.model
        self.search.textChanged.connect(lambda text: model.set_query(text=text))
        self.search.returnPressed.connect(self.list.setFocus)
        self.family.activated.connect(lambda _: model.set_query(family=self.family.currentData()))
        self.shown.chosen.connect(lambda key: model.set_query(installed=key == "installed"))
        self.empty.action.clicked.connect(self.clear_filters)
        self.token.clicked.connect(self.ask_token)
        self.add.clicked.connect(self.offer_adding)
        self.settings.clicked.connect(lambda: self.went.emit("settings", None))
        self.list.selectionModel().currentChanged.connect(self._picked)
        self.list.activated.connect(lambda _: self.do_first())
        self.details.wanted.connect(self.do)
        model.changed.connect(self._show)
        model.added.connect(self.take)
        model.done.connect(self.say)
        model.failed.connect(self.say)
        self.session.settings.changed.connect(lambda _: self._show_note())

    def _commands(self) -> list[Command]:
        acts = (
            (Act.DOWNLOAD, tr("Download the model"), ("Ctrl+D",)),
            (Act.RESUME, tr("Go on with the download"), ()),
            (Act.PAUSE, tr("Pause the download"), ("Ctrl+P",)),
            (Act.RETRY, tr("Try the download again"), ()),
            (Act.VERIFY, tr("Verify the model's files"), ()),
            (Act.REPAIR, tr("Repair the model"), ()),
            (Act.RELINK, tr("Find the model's files again"), ()),
            (Act.ERASE, tr("Erase with this model"), ("Ctrl+E",)),
            (Act.FOLDER, tr("Show the model's folder"), ()),
            (Act.LICENCE, tr("Read the model's licence"), ()),
            (Act.REMOVE, tr("Remove the model"), ("Delete",)),
        )
        own = [
            Command(f"models.{act}", title, lambda act=act: self.do(act), keys, lambda act=act: self._can(act))
            for act, title, keys in acts
        ]
        return [
            Command("models.add", tr("Add a model's file"), self.choose_file, ("Ctrl+O",)),
            Command("models.add_folder", tr("Add a model's folder"), self.choose_folder, ("Ctrl+Shift+O",)),
            Command("models.search", tr("Search the models"), self.search.setFocus, ("Ctrl+F",)),
            Command("models.clear", tr("Show all models"), self.clear_filters),
            Command("models.token", tr("Token for the hub"), self.ask_token),
            Command("models.look", tr("Look for the models again"), self.model.look, ("F5",)),
            *own,
        ]

    @property
    def chosen(self) -> ModelRow | None:
        """The model that is chosen."""
        return self.list.currentIndex().data(ROW_ROLE) if self.list.currentIndex().isValid() else None

    def _can(self, act: Act) -> bool:
        chosen = self.chosen
        return chosen is not None and act in chosen.acts

    def take(self, thing: object) -> None:
        """Choose the model of an id, whatever is filtered; a family's key shows what there is of it."""
        if not isinstance(thing, str):
            return
        self.clear_filters()
        if any(found.family == thing for found in self.model.all) and self.model.row(thing) is None:
            self.model.set_query(family=thing)
        else:
            self._wanted = thing
        self._show()

    def clear_filters(self) -> None:
        """Show all models again."""
        self.search.clear()
        self.model.set_query(text="", family="", installed=False)

    def _picked(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.details.show_row(now.data(ROW_ROLE))

    def _show(self) -> None:
        """Show the model as it is now."""
        model = self.model
        families = [(tr("All families"), ""), *((tr(sheet(name).title), name) for name in model.families)]
        self.family.offer(families)
        self.family.put(model.query.family)
        self.shown.set_value("installed" if model.query.installed else "all")
        installed = sum(found.installed for found in model.all)
        self.count.setText(tr("{count} installed", count=number(installed)) if model.all else "")
        self.list.setVisible(bool(model.rows) or not model.all)
        self.empty.setVisible(not model.rows and bool(model.all))
        self._show_note()
        self._keep_choice()
        self.details.show_row(self.chosen)

    def _keep_choice(self) -> None:
        """Choose what is wanted, else what was chosen, else the first."""
        at = self.model.row_of(self._wanted) if self._wanted else -1
        if at >= 0:
            self._wanted = ""
        elif not self.list.currentIndex().isValid() and self.model.rows:
            at = 0
        if at >= 0:
            index = self.model.index(at)
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(index)

    def _show_note(self) -> None:
        """Say what stands in the way of downloads, and of the list."""
        away = tr("Lacuna stays offline: nothing can be downloaded.") if offline() else ""
        words = " ".join(filter(None, (self.model.note, away)))
        self.note.setText(words)
        self.settings.setVisible(bool(away))
        self.banner.setVisible(bool(words))

    def do_first(self) -> None:
        """Do what one would do next with the chosen model."""
        if self.chosen is not None and self.chosen.first is not None:
            self.do(self.chosen.first)

    def do(self, act: Act) -> None:
        """Do something with the chosen model, if it can be done now."""
        chosen = self.chosen
        if chosen is None or act not in chosen.acts:
            return
        model, name = self.model, chosen.id
        acts = {
            Act.DOWNLOAD: lambda: self.ask_download(chosen),
            Act.RESUME: lambda: self.go_on(chosen),
            Act.RETRY: lambda: self.go_on(chosen),
            Act.PAUSE: lambda: model.pause(name),
            Act.VERIFY: lambda: model.verify(chosen),
            Act.REPAIR: lambda: model.repair(name),
            Act.RELINK: lambda: self.ask_place(chosen),
            Act.ERASE: lambda: self.went.emit("erase", chosen.id),
            Act.FOLDER: lambda: chosen.folder and open_path(chosen.folder),
            Act.LICENCE: lambda: chosen.offer and open_page(chosen.offer.licence.url),
            Act.REMOVE: lambda: self.ask_remove(chosen),
        }
        acts[act]()

    def go_on(self, chosen: ModelRow) -> None:
        """Go on with a download; its licence is asked about where it was not accepted yet."""
        root = self.model.downloading.downloads.registry.root
        if chosen.offer is not None and not accepted(chosen.offer, root):
            self.ask_download(chosen)
        else:
            self.model.start(chosen.id)

    def ask_download(self, chosen: ModelRow) -> None:
        """Show exactly what would be fetched, and the licence; fetch it once a person agrees."""
        if chosen.offer is None:
            return
        downloading = self.model.downloading
        agreed = accepted(chosen.offer, downloading.downloads.registry.root)
        dialog = DownloadDialog(chosen.offer, agreed, self)
        downloading.previewed.connect(dialog.take)
        dialog.agreed.connect(lambda: self.model.start(chosen.id, accepted=True))
        dialog.wanted_token.connect(self.ask_token)
        dialog.open()
        downloading.preview(chosen.id)

    def ask_token(self) -> None:
        """Let a person enter, replace or forget the token of the hub."""
        from gui.widgets.token_dialog import TokenDialog

        TokenDialog(self).open()

    def ask_remove(self, chosen: ModelRow) -> None:
        """Delete what was downloaded, or forget what is linked, once a person has said so."""
        if chosen.offer is None:
            what, why = tr("Forget “{title}”?", title=chosen.title), tr("Its files stay where they are.")
        else:
            what, why = tr("Remove “{title}”?", title=chosen.title), _REMOVING
        if ask(self, what, why, tr("Forget") if chosen.offer is None else tr("Remove")):
            self.model.remove(chosen)

    def ask_place(self, chosen: ModelRow) -> None:
        """Ask where a model's files are now."""
        title = tr("Where is “{title}” now?", title=chosen.title)
        if chosen.one_file:
            place, _ = QFileDialog.getOpenFileName(self, title, "", _FILES)
        else:
            place = QFileDialog.getExistingDirectory(self, title)
        if place:
            self.model.relink(chosen, Path(place))

    def offer_adding(self) -> None:
        """Ask whether it is a file or a folder, which the system's dialogs keep apart."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ways = (
            (tr("A model's file"), "Ctrl+O", self.choose_file),
            (tr("A model's folder"), "Ctrl+Shift+O", self.choose_folder),
        )
        for words, keys, act in ways:
            menu.addAction(f"{words}\t{told(keys)}", act)
        menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height() + 4)))

    def choose_file(self) -> None:
        """Ask for a safetensors file to add."""
        place, _ = QFileDialog.getOpenFileName(self, tr("A model's file"), "", _FILES)
        if place:
            self.add_files([Path(place)])

    def choose_folder(self) -> None:
        """Ask for a model's folder to add."""
        if place := QFileDialog.getExistingDirectory(self, tr("A model's folder")):
            self.add_files([Path(place)])

    def add_files(self, paths: Sequence[Path]) -> None:
        """Say of one file or folder after the other what it is, and add it once a person agrees."""
        from gui.widgets.import_model_dialog import ImportModelDialog

        if not paths:
            return
        first, *others = paths
        dialog = ImportModelDialog(first, self)
        dialog.chosen.connect(self.model.add)
        dialog.finished.connect(lambda _: self.add_files(others))
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this computer, and say what becomes of them."""
        if local_files(event.mimeData()):
            event.acceptProposedAction()
            self.drop.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They went elsewhere."""
        self.drop.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at what was dropped."""
        self.drop.hide()
        event.acceptProposedAction()
        self.add_files(local_files(event.mimeData()))

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the disk again: files may have moved."""
        super().showEvent(event)
        self.model.look()


_FILES = tr("Models (*.safetensors);;All files (*)")
_REMOVING = tr("Its files are deleted. It can be downloaded again.")
