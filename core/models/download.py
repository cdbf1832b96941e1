"""Fetches a model's files: to the byte, from where it left off, from a mirror if need be, and only if asked to.

A file grows as `<name>.part` beside its place and takes its name when its hash is the expected one. So a kill, a lost
line and a full disk cost no byte that was already there, and what stands under a model's name is what was asked for.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from core.errors import Cancelled, FailureKind, InputError, LacunaError
from core.files import storage, sync_folder
from core.i18n import number, tr
from core.models.answers import Broken, Elsewhere, Retry, careful_session, line, may_be_asked, start_of
from core.models.offers import check_place
from core.models.sums import blob_id, sha256_of

ATTEMPTS = 4
"""How often a file is asked for at one address before the next address, or the person, is turned to."""
BROKEN_ATTEMPTS = 2
"""How often bytes that are not what was asked for are fetched from one address: they may be gigabytes."""
CONNECT_SECONDS, STALL_SECONDS = 10.0, 30.0
SPARE = 256_000_000
"""Bytes of disk that must stay free."""
BACKOFF = 1.0
"""Seconds before the second attempt; they double with each."""
_CHUNK = 1 << 16

Progress = Callable[[int, int], None]
"""Hears bytes that are there and bytes in all."""


@dataclass(frozen=True)
class RemoteFile:
    """A file of a model: its place below the model's folder, its addresses in order, its size in bytes, its hash.

    The hash is a SHA-256, or where the hub keeps none, as for small text files, git's own: the SHA-1 of the blob.
    """

    path: str
    urls: tuple[str, ...]
    size: int
    sha256: str = ""
    blob: str = ""

    def is_sound(self, path: Path, tick: Callable[[int], None]) -> bool:
        """Whether a file holds just what is expected. `tick` hears of bytes read and may raise Cancelled."""
        if self.sha256:
            return sha256_of(path, tick) == self.sha256
        return blob_id(path, tick) == self.blob


def part_of(path: Path) -> Path:
    """Where a file grows until it is whole."""
    return path.with_name(f"{path.name}.part")


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _in_full(file: RemoteFile, folder: Path) -> bool:
    path = folder / file.path
    return path.is_file() and path.stat().st_size == file.size


def bytes_missing(files: Iterable[RemoteFile], folder: Path) -> int:
    """What a download would still fetch, with the parts that are there counted in."""
    lacking = [file for file in files if not _in_full(file, folder)]
    return sum(max(0, file.size - _length(part_of(folder / file.path))) for file in lacking)


def missing(
    files: Iterable[RemoteFile], folder: Path, *, cancelled: Callable[[], bool], checks: Progress
) -> list[RemoteFile]:
    """The files that are not there or not what they must be; reads them all. `checks` hears of bytes compared."""
    wanted = list(files)
    tick = Ticker(cancelled, checks, sum(file.size for file in wanted))
    with storage(folder):
        return [f for f in wanted if not _in_full(f, folder) or not f.is_sound(folder / f.path, tick)]


@dataclass
class Ticker:
    """Adds up bytes and tells of them; raises Cancelled when that was asked for."""

    cancelled: Callable[[], bool]
    told: Progress
    total: int
    done: int = 0

    def __call__(self, count: int) -> None:
        """Hear of bytes that were read."""
        if self.cancelled():
            raise Cancelled
        self.done += count
        self.told(self.done, self.total)


def check_room(files: Iterable[RemoteFile], folder: Path) -> None:
    """Raise LacunaError(STORAGE) where the disk has no room for what is missing and a little more."""
    with storage(folder):
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    lacking = bytes_missing(files, folder)
    if lacking and free < lacking + SPARE:
        needed = number((lacking + SPARE) / 1e9, ",.2f")
        raise LacunaError(
            FailureKind.STORAGE,
            tr("The disk has not enough room for this model."),
            tr("It needs {needed} GB, {free} GB are free.", needed=needed, free=number(free / 1e9, ",.2f")),
            tr("Free some space, or choose another folder for models in the settings."),
        )


def check_files(files: Iterable[RemoteFile]) -> None:
    """InputError for a list that reaches outside its folder, or names no hash or no address that may be asked."""
    for file in files:
        try:
            check_place(file.path)
        except ValueError as error:
            raise InputError(f"{error}.") from None
        if not file.urls or not all(map(may_be_asked, file.urls)):
            raise InputError(tr("“{path}” has no address that may be asked.", path=file.path))
        if file.size < 0 or not (file.sha256 or file.blob):
            raise InputError(tr("“{path}” has no hash to be checked by.", path=file.path))


@dataclass
class Download:
    """Fetches files into a folder. `token` is sent to the host of `endpoint` and no other."""

    folder: Path
    cancelled: Callable[[], bool]
    progress: Progress
    checks: Progress
    token: str = ""
    endpoint: str = ""

    def __post_init__(self) -> None:
        self._response: requests.Response | None = None
        self._done = self._total = 0

    def interrupt(self) -> None:
        """Wake a read that waits for a silent server, once `cancelled` is true; from any thread."""
        response = self._response
        if response is None:
            return
        try:
            response.raw.shutdown()
        except (RuntimeError, ValueError, OSError, AttributeError):
            return  # it has just ended by itself

    def run(self, files: Iterable[RemoteFile]) -> dict[str, str]:
        """Fetch what is missing and give the SHA-256 of all, by place. Cancelled leaves the parts for the next time.

        LacunaError: NETWORK when no address gives a file, STORAGE when the disk refuses, DAMAGED when what comes is not
        the file that was asked for.
        """
        wanted = list(files)
        check_files(wanted)
        self._total = sum(file.size for file in wanted)
        absent = [file for file in wanted if not _in_full(file, self.folder)]
        self._done = self._total - sum(file.size for file in absent)
        with careful_session() as self._session:
            for file in absent:
                self._fetch(file)
                self._done += file.size
        return self._sums(wanted)

    def _sums(self, files: list[RemoteFile]) -> dict[str, str]:
        """SHA-256 of files that are whole; those that the hub keeps by git's hash are small and read once more."""
        with storage(self.folder):
            return {file.path: file.sha256 or sha256_of(self.folder / file.path) for file in files}

    def _fetch(self, file: RemoteFile) -> None:
        target = self.folder / file.path
        with storage(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        reasons: list[str] = []
        kind = FailureKind.NETWORK
        for url in file.urls:
            try:
                return self._from(url, file, target)
            except (Retry, Elsewhere) as error:
                kind = FailureKind.DAMAGED if isinstance(error, Broken) else kind
                reasons.append(str(error))
        raise LacunaError(
            kind,
            tr("“{file}” could not be downloaded.", file=file.path),
            " ".join(dict.fromkeys(reasons)),
            tr("Start again to go on: what is there is kept. Or add the model from a folder of yours."),
        )

    def _from(self, url: str, file: RemoteFile, target: Path) -> None:
        """Fetch from one address, with patience; Retry or Elsewhere says why it could not."""
        attempt = 0
        while True:
            attempt += 1
            try:
                self._attempt(url, file, part_of(target))
                return self._finish(file, target)
            except Retry as error:
                most = BROKEN_ATTEMPTS if isinstance(error, Broken) else ATTEMPTS
                if attempt >= most:
                    raise
                self._pause(max(error.wait, BACKOFF * 2 ** (attempt - 1)))

    def _attempt(self, url: str, file: RemoteFile, part: Path) -> None:
        """Fetch the rest of a file, or all of it where the server cannot go on."""
        have = _length(part)
        if have > file.size:
            part.unlink()
            have = 0
        if have == file.size and part.exists():
            return
        try:
            self._ask(url, file, part, have)
        except Retry:
            self._stop_if_asked()
            raise

    def _ask(self, url: str, file: RemoteFile, part: Path, have: int) -> None:
        headers = {"Range": f"bytes={have}-"} if have else {}
        self._stop_if_asked()
        limits = (CONNECT_SECONDS, STALL_SECONDS)
        with line():
            answer = self._session.get(url, headers=headers, stream=True, timeout=limits, auth=self._sign)
        with answer as self._response:
            start = start_of(answer, have, file.size)
            if start is None:
                part.unlink(missing_ok=True)
                raise Retry(tr("The server cannot go on where the download stopped."))
            self._write(answer, file, part, start)

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token for the one host it is for; requests takes it off again where another host is led to."""
        if self.token and urlsplit(request.url or "").netloc == urlsplit(self.endpoint).netloc:
            request.headers["Authorization"] = f"Bearer {self.token}"
        return request

    def _write(self, response: requests.Response, file: RemoteFile, part: Path, start: int) -> None:
        with storage(part), part.open("r+b" if start else "wb") as out:
            out.seek(start)
            out.truncate()
            for chunk in self._chunks(response):
                out.write(chunk)
                if out.tell() > file.size:
                    out.truncate(0)
                    raise Elsewhere(tr("The server sends more than the file has."))
                self.progress(self._done + out.tell(), self._total)
            out.flush()
            os.fsync(out.fileno())
            if out.tell() < file.size:
                raise Retry(tr("The connection was lost."))

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        with line():
            for chunk in response.iter_content(_CHUNK):
                self._stop_if_asked()
                yield chunk

    def _stop_if_asked(self) -> None:
        if self.cancelled():
            raise Cancelled

    def _finish(self, file: RemoteFile, target: Path) -> None:
        """Give the file its name if it is what was asked for; else begin anew."""
        part = part_of(target)
        with storage(target):
            if not file.is_sound(part, Ticker(self.cancelled, self.checks, self._total, self._done)):
                part.unlink()
                raise Broken(tr("What came is not the file that was asked for."))
            part.replace(target)
            sync_folder(target.parent)

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._stop_if_asked()
            time.sleep(min(0.1, left))
