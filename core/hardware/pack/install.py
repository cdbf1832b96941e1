"""The pack fetched, unpacked, tried, and put in its place in one move: there is a whole one, or none."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from core.errors import FailureKind, InputError, LacunaError
from core.files import atomic_write_text, sync_folder
from core.hardware.pack.piping import run_pip
from core.hardware.pack.place import Marker, Place, choice, discard, write_marker
from core.hardware.pack.sheet import Wheel
from core.hardware.pack.trial import try_pack
from core.i18n import number, tr
from core.settings import current


class Step(StrEnum):
    """What is being done."""

    DOWNLOAD = "download"
    UNPACK = "unpack"
    TRY = "try"


Told = Callable[[Step, int, int], None]
"""Hears the step, and the bytes that are done of all in it."""


def free_bytes(folder: Path) -> int:
    """The room on the disk of a folder."""
    return shutil.disk_usage(folder).free


def require_allowed(place: Place) -> None:
    """InputError where Lacuna is to stay offline, or NVIDIA's licence was not accepted."""
    if current().offline:
        fix = tr("Turn “Stay offline” off in the settings.")
        raise InputError(tr("Lacuna is offline, as you asked."), tr("Nothing is downloaded."), fix)
    if choice(place.root).accepted != place.sheet.licence:
        what = tr("The licence of the GPU pack has not been accepted.")
        why = tr("Its licence: {licence}.", licence=place.sheet.licence)
        raise InputError(
            what, why, tr("Read it at {url} and accept it before the download.", url=place.sheet.licence_url)
        )


def install(
    place: Place,
    told: Told,
    cancelled: Callable[[], bool],
    free: Callable[[Path], int] = free_bytes,
) -> Marker:
    """Put the pack in its place; its `problem` is why this computer cannot use it, empty where it can.

    Cancelled leaves what was downloaded, and no part of a pack; so does a LacunaError, which says what is in the way.
    Files that are there are kept by their hashes, so a second call goes on where the first was stopped.
    """
    require_allowed(place)
    with place.alone():
        place.tidy()
        _require_room(place, free(place.root))
        with _parts(place) as (library, temporary):
            _download(place, temporary, told, cancelled)
            _unpack(place, library, temporary, told, cancelled)
            told(Step.TRY, 0, 1)
            marker = _marked(place, library, try_pack(library, place.sheet, cancelled))
            _move(place, library)
        discard(place.wheels)
    told(Step.TRY, 1, 1)
    return marker


@contextmanager
def _parts(place: Place) -> Generator[tuple[Path, Path]]:
    """Two new folders that are gone afterwards: the pack to be, and where pip works."""
    discard(place.part)
    made = place.part / "pack", place.part / "temporary"
    try:
        for folder in made:
            folder.mkdir(parents=True)
        yield made
    finally:
        with contextlib.suppress(OSError):
            discard(place.part)


def _require_room(place: Place, free: int) -> None:
    needed = place.sheet.needed_bytes - place.there_bytes()
    if free < needed:
        why = tr("It needs {needed}, and {free} are free.", needed=_gb(needed), free=_gb(free))
        fix = tr("Free some space on the disk of “{path}”.", path=place.root)
        raise LacunaError(FailureKind.STORAGE, tr("The disk has too little room for the GPU pack."), why, fix)


def _gb(count: int) -> str:
    return tr("{amount} GB", amount=number(count / 1e9, ".1f"))


def _listed(temporary: Path, wheels: Iterable[Wheel]) -> str:
    """A requirements file of these wheels."""
    path = temporary / "requirements.txt"
    atomic_write_text(path, "".join(f"{wheel.line}\n" for wheel in wheels))
    return str(path)


_HASHED = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-cache-dir")


def _download(place: Place, temporary: Path, told: Told, cancelled: Callable[[], bool]) -> None:
    """Fetch the wheels one by one: pip keeps the files of a call only when all of them are there."""
    before, total = 0, place.sheet.download_bytes
    for wheel in place.sheet.wheels:
        begun = before

        def progress(done: int, _of: int, begun: int = begun) -> None:
            told(Step.DOWNLOAD, min(total, begun + done), total)

        told(Step.DOWNLOAD, before, total)
        run_pip(
            *("download", *_HASHED, "--progress-bar", "raw", "--dest", str(place.wheels)),
            *("-r", _listed(temporary, (wheel,))),
            temporary=temporary,
            progress=progress,
            cancelled=cancelled,
        )
        before += wheel.bytes


def _unpack(place: Place, library: Path, temporary: Path, told: Told, cancelled: Callable[[], bool]) -> None:
    """Unpack all wheels at once: a second `--target` would not be merged with the first."""
    total, free = place.sheet.disk_bytes, free_bytes(temporary)

    def watched() -> bool:
        told(Step.UNPACK, max(0, min(total, free - free_bytes(temporary))), total)
        return cancelled()

    run_pip(
        *("install", *_HASHED, "--no-index", "--find-links", str(place.wheels), "--no-compile"),
        *("--isolated", "--target", str(library), "-r", _listed(temporary, place.sheet.wheels)),
        temporary=temporary,
        progress=lambda _done, _of: None,
        cancelled=watched,
        pure=True,
    )


def _marked(place: Place, library: Path, problem: str) -> Marker:
    marker = Marker(place.sheet.torch, place.sheet.python, place.sheet.cuda, problem)
    os.sync()  # pip leaves that to the kernel, and after a power cut a marker without libraries would be believed
    write_marker(library, marker)
    return marker


def _move(place: Place, library: Path) -> None:
    """Let the new pack take the place of what was there, of other versions too."""
    for old in (place.folder, *place.others()):
        discard(old)
    library.rename(place.folder)
    sync_folder(place.root)


def check(place: Place, cancelled: Callable[[], bool]) -> Marker | None:
    """Try the installed pack anew, as after an update of the driver, and write down what came of it."""
    with place.alone():
        if place.marker() is not None:
            place.note_problem(try_pack(place.folder, place.sheet, cancelled))
    return place.marker()
