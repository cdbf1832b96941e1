"""Gets an offered model onto the disk and onto the list of models: looked at first, fetched, checked, mended, removed.

A model's files lie in a folder of its id in the models folder, beside a record (`record.py`) of what they must be.
Two processes are kept apart by a lock for each model. Nothing of it is torch's.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import FailureKind, InputError, LacunaError
from core.files import storage, storage_error
from core.i18n import tr
from core.models import hub
from core.models.component import Component
from core.models.download import Download, Progress, RemoteFile, bytes_missing, check_room, missing, part_of
from core.models.licences import require_accepted
from core.models.offers import Offer
from core.models.record import Record, drop_record, read_record, write_record
from core.models.registry import Registry, models_folder, require_unused
from core.models.token import checked_token


@dataclass(frozen=True)
class Preview:
    """What a download would do: bytes in all, still to fetch, and free on the disk; the commit, and who vouches for it.

    `pinned` is false where the hub's own list is trusted, now and for the first time; what was begun is held to it.
    """

    id: str
    total: int
    missing: int
    free: int
    revision: str
    pinned: bool
    files: tuple[RemoteFile, ...]


def _never() -> bool:
    return False


def _unheard(_done: int, _total: int) -> None:
    return None


class Installer:
    """Works in one models folder. `heard` is told of bytes that came, `checks` of bytes that were read and compared."""

    def __init__(
        self,
        root: Path | None = None,
        cancelled: Callable[[], bool] = _never,
        heard: Progress = _unheard,
        checks: Progress = _unheard,
    ) -> None:
        self.root = root or models_folder()
        self._cancelled, self._heard, self._checks = cancelled, heard, checks
        self._download: Download | None = None

    def folder(self, offer: Offer) -> Path:
        """Where a model's files lie."""
        return self.root / offer.id

    def interrupt(self) -> None:
        """Wake a download that waits for a silent server, after `cancelled` became true; from any thread."""
        if self._download is not None:
            self._download.interrupt()

    def there(self, offer: Offer) -> tuple[int, int]:
        """Bytes of a model that are on the disk, and in all; asks nobody. 0 where no download was begun."""
        record = read_record(self.folder(offer))
        if record is None:
            return 0, offer.bytes
        total = sum(file.size for file in record.files)
        return total - bytes_missing(record.files, self.folder(offer)), total

    def installed(self, offer: Offer) -> Component | None:
        """The component that this offer was downloaded as; not one of a person's own of the same id."""
        found = Registry(self.root).get(offer.id)
        return found if found is not None and found.catalogue == offer.id else None

    def require_allowed(self, offer: Offer) -> None:
        """InputError where Lacuna is offline, the licence was not accepted, or the id is another model's."""
        hub.require_online()
        require_accepted(offer, self.root)
        if self.installed(offer) is None and Registry(self.root).get(offer.id) is not None:
            raise InputError(
                tr("A model of yours is called “{id}” already.", id=offer.id),
                fix=tr("Take it off the list of models first; its files stay where they are."),
            )

    def preview(self, offer: Offer) -> Preview:
        """What a download would do; asks the hub for its list where sheet and record do not say it all."""
        record = self._plan(offer)
        folder = self.folder(offer)
        with storage(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self.root).free
        total, lacking = sum(file.size for file in record.files), bytes_missing(record.files, folder)
        return Preview(offer.id, total, lacking, free, record.revision, self._is_known(offer, record), record.files)

    def install(self, offer: Offer) -> None:
        """Fetch what is missing and put the model on the list. Cancelled leaves the parts for the next time."""
        self.require_allowed(offer)
        with self._alone(offer):
            record = self._plan(offer)
            if self._is_doubtful(offer, record):
                self._drop_broken(offer, record)
            check_room(record.files, self.folder(offer))
            write_record(self.folder(offer), record)
            self._fetch(offer, record)

    def verify(self, offer: Offer) -> None:
        """Compare every file's SHA-256 with the record's; LacunaError(DAMAGED) names what is not as it was."""
        with self._alone(offer):
            record = self._record(offer)
            broken = self._broken(offer, record)
            if not broken:
                self._list(offer, record)
        if broken:
            raise LacunaError(
                FailureKind.DAMAGED,
                tr("“{title}” is damaged.", title=offer.title),
                tr("Missing or changed: {files}.", files=", ".join(file.path for file in broken)),
                tr("Repair it: only these files are fetched anew."),
            )

    def repair(self, offer: Offer) -> None:
        """Fetch anew the files that are missing or not what the record says, and only those."""
        self.require_allowed(offer)
        with self._alone(offer):
            record = self._record(offer)
            self._drop_broken(offer, record)
            check_room(record.files, self.folder(offer))
            self._fetch(offer, record)

    def remove(self, offer: Offer) -> None:
        """Delete the files that were downloaded, and take the model off the list; other files in its folder stay.

        InputError where another model on the list needs it.
        """
        folder = self.folder(offer)
        with self._alone(offer):
            record, registry = read_record(folder), Registry(self.root)
            component = self.installed(offer)
            if component is not None:
                require_unused(component, registry.components())
                registry.remove(offer.id)
            if record is None:
                return
            with storage(folder):
                for file in record.files:
                    (folder / file.path).unlink(missing_ok=True)
                    part_of(folder / file.path).unlink(missing_ok=True)
                drop_record(folder)
                _remove_empty(folder)

    def _plan(self, offer: Offer) -> Record:
        """What a download goes on with that has bytes already, else what the sheet pins, else the hub's list."""
        record = read_record(self.folder(offer))
        if record is not None and record.matches(offer) and (record.finished or self.there(offer)[0]):
            return record
        return hub.resolve(offer, checked_token())

    def _is_known(self, offer: Offer, record: Record) -> bool:
        """Whether sheet or record say what the files must be, so that the hub need not be trusted now."""
        return offer.pinned or read_record(self.folder(offer)) == record

    def _record(self, offer: Offer) -> Record:
        record = read_record(self.folder(offer))
        if record is None:
            raise InputError(
                tr("“{title}” has not been downloaded.", title=offer.title),
                fix=tr("Download it first."),
            )
        return record

    def _broken(self, offer: Offer, record: Record) -> list[RemoteFile]:
        return missing(record.files, self.folder(offer), cancelled=self._cancelled, checks=self._checks)

    def _is_doubtful(self, offer: Offer, record: Record) -> bool:
        """Whether files that are there may be others than the record's: another record's, or changed since."""
        component = self.installed(offer)
        return read_record(self.folder(offer)) != record or bool(component and component.problems)

    def _drop_broken(self, offer: Offer, record: Record) -> None:
        for file in self._broken(offer, record):
            with storage(self.folder(offer)):
                (self.folder(offer) / file.path).unlink(missing_ok=True)

    def _fetch(self, offer: Offer, record: Record) -> None:
        folder = self.folder(offer)
        self._download = Download(
            folder, self._cancelled, self._heard, self._checks, token=checked_token(), endpoint=hub.endpoint()
        )
        sums = self._download.run(record.files)
        self._list(offer, record.finished_with(sums))

    def _list(self, offer: Offer, record: Record) -> None:
        """Put a whole model on the list, its files as they are now."""
        write_record(self.folder(offer), record)
        facts: Mapping[str, object] = {"revision": record.revision, "sha256": record.sums}
        Registry(self.root).add(offer.component(self.folder(offer), facts))

    @contextmanager
    def _alone(self, offer: Offer) -> Generator[None]:
        """Keep other processes and threads away from this model meanwhile."""
        locks = self.root / ".locks"
        with storage(locks):
            locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(locks / f"{offer.id}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise InputError(
                tr("“{title}” is being worked on by another Lacuna.", title=offer.title),
                fix=tr("Wait until it is done, or pause it there."),
            ) from None
        except OSError as error:
            raise storage_error(locks, error) from error
        try:
            yield
        finally:
            lock.release()


def _remove_empty(folder: Path) -> None:
    """Remove the folders that have become empty, the innermost first."""
    for inner in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(inner.iterdir()):
            inner.rmdir()
    if not any(folder.iterdir()):
        folder.rmdir()
