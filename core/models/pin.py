"""`python -m core.models.pin [ID …]`: writes commits, sizes and SHA-256 into the catalogue, for a maintainer online.

A sheet that pins all of them is never asked about at the hub, and nobody has to trust the first download. Weights are
pinned by the hub's own SHA-256; the small files beside them, which it lists by git's hash, are fetched and measured.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tomlkit

from core.errors import LacunaError
from core.files import atomic_write_text
from core.models.download import Download, RemoteFile
from core.models.hub import Listing, Site, endpoint, listing
from core.models.offers import Offer, OfferFile, offer, offers, read_offer
from core.models.token import checked_token
from core.resources import resource


def pinned(found: Offer, path: Path) -> str:
    """The sheet at `path` with everything pinned as the offer's own repository has it now; mirrors are not asked."""
    told = listing(Site(found.repo, found.revision), checked_token())
    place = Site(found.repo, told.revision)
    names = {file.path: _name(file, told) for file in found.files}
    sums = _measured([_remote(place, names[file.path], told) for file in found.files])
    sheet: Any = tomlkit.parse(path.read_text("utf-8"))
    sheet["revision"] = told.revision
    for file in sheet["files"]:
        _pin(file, names[file["path"]], told, sums)
    sheet["about_bytes"] = sum(told.files[name].size for name in names.values())
    return sheet.as_string()


def _name(file: OfferFile, told: Listing) -> str:
    """What a file is called there; LookupError where it is not."""
    for name in (file.path, *file.alternatives):
        if name in told.files:
            return name
    raise LookupError(f"{file.path} is not among the files")


def _remote(place: Site, name: str, told: Listing) -> RemoteFile:
    listed = told.files[name]
    return RemoteFile(name, (place.url(name),), listed.size, listed.sha256, listed.blob)


def _measured(files: Iterable[RemoteFile]) -> dict[str, str]:
    """SHA-256 by name; what is listed without one is fetched into a folder that is gone afterwards."""
    known = {file.path: file.sha256 for file in files if file.sha256}
    small = [file for file in files if not file.sha256]
    with tempfile.TemporaryDirectory() as folder:
        fetch = Download(Path(folder), lambda: False, _unheard, _unheard, token=checked_token(), endpoint=endpoint())
        return {**known, **fetch.run(small)}


def _unheard(_done: int, _total: int) -> None:
    return None


def _pin(file: Any, name: str, told: Listing, sums: dict[str, str]) -> None:
    if name != file["path"]:
        file.setdefault("to", file["path"])
        file["path"] = name
    file.pop("alternatives", None)
    file["size"], file["sha256"] = told.files[name].size, sums[name]


def main(names: Sequence[str]) -> int:
    """Pin the sheets of these ids, all that are not pinned by default; 3 where one could not be."""
    wanted = [offer(name) for name in names] or [found for found in offers() if not found.pinned]
    failed = 0
    for found in wanted:
        path = resource("catalogue", f"{found.id}.toml")
        try:
            atomic_write_text(path, pinned(found, path))
        except (LacunaError, LookupError) as error:
            print(f"{found.id}: {error}", file=sys.stderr)
            failed = 3
        else:
            print(f"{found.id}: pinned to {read_offer(path).revision}")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
