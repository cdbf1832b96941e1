"""One window for a person and a library: a second start hands over what it was asked to open, and ends."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from core.folders import config_folder, data_folder

PATIENCE_MS = 2_000
"""Milliseconds that the window which is open has to answer, and a start to say what it wants."""
STARTING_MS = 15_000
"""Milliseconds that another start may take until its window is there."""
LIMIT, MOST, LONGEST = 1_048_576, 1_000, 200
"""Bytes of a message, files in it, and letters of its token."""

_HEARD = b"heard\n"
_PATH_LIMIT = 96
"""Bytes that a socket's path may have: the system takes 108, and Qt needs some for a name in passing."""


class Meeting(Enum):
    """What a start finds: nobody, a window that took over, or one that does not answer."""

    FIRST = auto()
    TAKEN = auto()
    SILENT = auto()


@dataclass(frozen=True)
class Message:
    """What a start wants: the absolute paths of files, and the desktop's token that lets a window come to the front."""

    files: tuple[str, ...] = ()
    token: str = ""

    def line(self) -> bytes:
        """The message as one line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"


def parse(line: bytes) -> Message:
    """The message in a line; ValueError for anything that no start would send."""
    from core.files import parse_object  # it holds sentences, which are read once the language is known

    told = parse_object(line, once=True)
    files, token = told.pop("files", None), told.pop("token", None)
    if told or not isinstance(token, str) or token != usable(token):
        raise ValueError("no message of ours")
    if not isinstance(files, list) or len(files) > MOST or not all(map(_is_path, files)):
        raise ValueError("no list of files")
    return Message(tuple(files), token)


def usable(token: str) -> str:
    """A desktop's token as it may be handed on; nothing in the place of one that no window would take."""
    return token if len(token) <= LONGEST and token.isascii() and token.isprintable() else ""


def _is_path(text: object) -> bool:
    return isinstance(text, str) and "\0" not in text and Path(text).is_absolute()


def local_path(argument: str) -> str:
    """The absolute path that an argument names, as a path or a file: URL; a sign for bytes that are no letters."""
    path = Path(QUrl(argument).toLocalFile() if argument.startswith("file:") else argument).absolute()
    return os.fsencode(path).decode("utf-8", "replace")


def address(library: Path) -> Path | None:
    """Where starts with these settings and this library meet; None where no folder for it is this person's alone."""
    parts = (Path.home(), config_folder(), library.resolve())
    name = f"lacuna-{hashlib.sha256(os.fsencode(os.pathsep.join(map(str, parts)))).hexdigest()[:16]}"
    if os.name == "nt":  # sockets are pipes there, which lie in no folder, but the lock does
        return Path(tempfile.gettempdir(), name)
    places = (folder / name for folder in _folders())
    return next((place for place in places if len(os.fsencode(place)) <= _PATH_LIMIT and _is_own(place.parent)), None)


def _folders() -> Iterator[Path]:
    """The session's own folder, one beside the library, and one with a shorter name for a home with a long one."""
    if session := os.environ.get("XDG_RUNTIME_DIR"):
        yield Path(session)
    yield data_folder() / "run"
    yield Path(tempfile.gettempdir(), f"lacuna-{os.getuid()}")


def _is_own(folder: Path) -> bool:
    """Whether nobody else could put a socket of theirs into a folder, which is made if need be."""
    try:
        folder.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return False
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def knock(name: str, message: Message) -> Meeting:
    """Hand a message to the window that listens at `name`; TAKEN once it has said that it heard."""
    near = QLocalSocket()
    near.connectToServer(name)
    if not near.waitForConnected(PATIENCE_MS):
        late = near.error() is QLocalSocket.LocalSocketError.SocketTimeoutError
        return Meeting.SILENT if late else Meeting.FIRST
    near.write(message.line())
    while not near.canReadLine() and near.waitForReadyRead(PATIENCE_MS):
        pass
    heard = bytes(near.readAll().data()) == _HEARD
    near.abort()
    return Meeting.TAKEN if heard else Meeting.SILENT


class Single(QObject):
    """The place where the starts over one library meet: the first one to enter keeps others waiting until it listens.

    Only the same person can connect. Without a place of their own there is no meeting, and every start is the first.
    """

    asked = Signal(object)
    """The Message of another start."""

    def __init__(self, library: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        place = address(library)
        self._name = (place.name if os.name == "nt" else str(place)) if place else ""
        self._lock = QLockFile(f"{place}.lock")
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)

    def enter(self, message: Message) -> Meeting:
        """Look whether a window is open, and hand it the message; FIRST must `listen` once its own window is there."""
        if not self._name:
            return Meeting.FIRST
        if not self._lock.tryLock(STARTING_MS):
            busy = self._lock.error() is QLockFile.LockError.LockFailedError
            return Meeting.SILENT if busy else Meeting.FIRST
        met = knock(self._name, message)
        if met is not Meeting.FIRST:
            self._lock.unlock()
        return met

    def listen(self) -> None:
        """Be the window that others meet, in the place of one that is gone or does not answer."""
        if self._name:
            QLocalServer.removeServer(self._name)
            if not self._server.listen(self._name):
                logging.getLogger("lacuna").warning("Every start opens a window: %s", self._server.errorString())
        self._lock.unlock()

    def close(self) -> None:
        """Meet nobody any more: the next start is the first."""
        self._server.close()
        self._lock.unlock()

    @Slot()
    def _welcome(self) -> None:
        while self._server.hasPendingConnections():
            near = self._server.nextPendingConnection()
            near.setReadBufferSize(LIMIT)
            near.readyRead.connect(self._read)
            near.disconnected.connect(near.deleteLater)
            patience = QTimer(near, singleShot=True, interval=PATIENCE_MS)
            patience.timeout.connect(self._give_up)
            patience.start()
            if near.bytesAvailable():
                self._hear(near)

    @Slot()
    def _give_up(self) -> None:
        near = self.sender().parent()
        if isinstance(near, QLocalSocket):
            near.abort()

    @Slot()
    def _read(self) -> None:
        near = self.sender()
        if isinstance(near, QLocalSocket):
            self._hear(near)

    def _hear(self, near: QLocalSocket) -> None:
        """Answer a whole message; who sends anything else is hung up on."""
        if not near.canReadLine():
            if near.bytesAvailable() >= LIMIT:
                near.abort()
            return
        try:
            message = parse(bytes(near.readLine(LIMIT).data()))
        except ValueError:
            near.abort()
            return
        near.write(_HEARD)
        near.flush()
        near.disconnectFromServer()
        self.asked.emit(message)
