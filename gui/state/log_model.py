"""The log as the window sees it: Python's records and what jobs say, in a ring that never floods the window."""

from __future__ import annotations

import logging
import time
import traceback
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QSortFilterProxyModel,
    Qt,
    QTimer,
    Signal,
)

from core.i18n import tr
from core.jobs.events import CANCELLED
from gui.state.row_list import Index

if TYPE_CHECKING:
    from core.jobs.events import Failure
    from gui.state.jobs import Job

RECORD_ROLE = Qt.ItemDataRole.UserRole + 1
KEPT = 5000
"""Records in the ring; the file keeps more."""
INTERVAL_MS = 200
"""How often new records reach the window, however many there are."""

LEVELS = {
    logging.DEBUG: tr("Debug"),
    logging.INFO: tr("Info"),
    logging.WARNING: tr("Warning"),
    logging.ERROR: tr("Error"),
}
_JOBS = logging.getLogger("lacuna.job")
_PREFIXES = {"debug: ": logging.DEBUG, "warning: ": logging.WARNING, "error: ": logging.ERROR}


@dataclass(frozen=True)
class Record:
    """One line of the log; `at` in seconds since the epoch, `detail` a traceback or nothing."""

    at: float
    level: int
    source: str
    text: str
    detail: str = ""

    @property
    def stamp(self) -> str:
        """The local time of day."""
        return time.strftime("%H:%M:%S", time.localtime(self.at))

    def line(self) -> str:
        """The record as it is copied."""
        head = f"{self.stamp} {LEVELS[self.level]} {self.source}: {self.text}"
        return f"{head}\n{self.detail}" if self.detail else head


class _Tap(logging.Handler):
    """Leaves records of any thread in a bounded inbox and wakes the model once."""

    def __init__(self, model: LogModel) -> None:
        super().__init__(logging.DEBUG)
        self.inbox: deque[Record] = deque(maxlen=KEPT)
        self._model = model
        self.told = False

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record for the next time the window looks."""
        text, _, rest = record.getMessage().partition("\n")
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        level = max((step for step in LEVELS if step <= record.levelno), default=logging.DEBUG)
        self.inbox.append(Record(record.created, level, record.name, text, f"{rest}{trace}".rstrip()))
        if not self.told:
            self.told = True
            self._model.woken.emit()


class LogModel(QAbstractListModel):
    """The newest records, oldest first; `listen` begins, `close` ends."""

    woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: deque[Record] = deque()
        self._tap = _Tap(self)
        self._heard: dict[str, int] = {}
        self._failed: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.drain)
        self.woken.connect(self._timer.start, Qt.ConnectionType.QueuedConnection)

    def listen(self) -> None:
        """Take in what Python's logging hears from now on."""
        root = logging.getLogger()
        root.addHandler(self._tap)
        root.setLevel(min(root.level, logging.INFO))

    def close(self) -> None:
        """Hear nothing more."""
        logging.getLogger().removeHandler(self._tap)
        self._tap.told = True
        self._timer.stop()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """The number of records."""
        return 0 if parent.isValid() else len(self._records)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The line that is shown and read out, or the Record itself."""
        if not index.isValid():
            return None
        record = self._records[index.row()]
        if role == RECORD_ROLE:
            return record
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return record.line().partition("\n")[0]
        return None

    def drain(self) -> None:
        """Show what has come in."""
        self._tap.told = False
        inbox = self._tap.inbox
        self.add([inbox.popleft() for _ in range(len(inbox))])

    def add(self, records: list[Record]) -> None:
        """Append records and let the oldest go."""
        if not records:
            return
        fresh = records[-KEPT:]
        self._drop(len(self._records) + len(fresh) - KEPT)
        at = len(self._records)
        self.beginInsertRows(QModelIndex(), at, at + len(fresh) - 1)
        self._records.extend(fresh)
        self.endInsertRows()

    def _drop(self, count: int) -> None:
        if count > 0:
            self.beginRemoveRows(QModelIndex(), 0, count - 1)
            for _ in range(count):
                self._records.popleft()
            self.endRemoveRows()

    def clear(self) -> None:
        """Forget what is shown; the file keeps it."""
        self._drop(len(self._records))

    def follow(self, job: Job) -> None:
        """Take over what a job has said since the last time, and why it failed."""
        if job.id in self._failed:
            return
        trace = job.failure.traceback.rstrip().splitlines() if job.failure else []
        said = job.logged - len(trace)
        lines = job.log[: len(job.log) - len(trace)]
        news = said - self._heard.get(job.id, 0)
        self._heard[job.id] = said
        for line in lines[max(0, len(lines) - news) :]:
            _say(job, line)
        if job.failure:
            self._failed.add(job.id)
            _say_failure(job.title, job.failure)


def _say(job: Job, line: str) -> None:
    prefix = next((known for known in _PREFIXES if line.startswith(known)), "")
    level = _PREFIXES.get(prefix, logging.INFO)
    _JOBS.log(level, "%s: %s", job.title, line.removeprefix(prefix))


def _say_failure(title: str, failure: Failure) -> None:
    """What a person reads in one line, the traceback below it."""
    text = " ".join(filter(None, (failure.what, failure.why, failure.fix)))
    level = logging.INFO if failure.kind == CANCELLED else logging.ERROR
    _JOBS.log(level, "%s: %s\n%s", title, text, failure.traceback.rstrip())


class LogFilter(QSortFilterProxyModel):
    """The records of at least a level that hold every word of the search."""

    def __init__(self, source: LogModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.level, self.words = logging.DEBUG, ()
        self.setSourceModel(source)

    def narrow(self, level: int, text: str) -> None:
        """Look for something else."""
        self.beginFilterChange()
        self.level, self.words = level, tuple(text.casefold().split())
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Whether a record fits."""
        record: Record = self.sourceModel().index(row, 0).data(RECORD_ROLE)
        if record.level < self.level:
            return False
        said = f"{record.source} {record.text} {record.detail}".casefold()
        return all(word in said for word in self.words)

    def text(self, rows: Iterable[int]) -> str:
        """Records of the shown rows as lines."""
        found = (self.index(row, 0).data(RECORD_ROLE) for row in rows)
        return "\n".join(record.line() for record in found)
