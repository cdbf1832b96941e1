"""Asks a hub, or a plain file server, what files a repository has at a commit: sizes and hashes, to the byte.

Offers whose sheet pins all of that are never asked about. Facts of the hub's answers: huggingface_hub's documentation
of `HfApi.model_info`; a file in LFS is told by its SHA-256, any other by git's blob id.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from urllib3.exceptions import HTTPError

from core.errors import FailureKind, InputError, LacunaError
from core.files import JSON_LIMIT, parse_object
from core.i18n import tr
from core.models.answers import careful_session, may_be_asked, require_certificates
from core.models.download import RemoteFile, check_files
from core.models.offers import COMMIT, Offer, OfferFile
from core.models.record import Record
from core.settings import current

HUB = "https://huggingface.co"
"""The hub, unless HF_ENDPOINT names another that speaks as it does."""
SECONDS = 15.0
"""Seconds that a list may be waited for."""
_SHA256, _REPO = re.compile(r"[0-9a-f]{64}"), re.compile(r"\w[\w.-]*/\w[\w.-]*(@\S+)?", re.ASCII)


@dataclass(frozen=True)
class Listed:
    """A file as a server tells of it: its size in bytes, and a SHA-256 or a blob id."""

    size: int
    sha256: str = ""
    blob: str = ""


@dataclass(frozen=True)
class Listing:
    """The files of a place at a commit, by path."""

    revision: str
    files: Mapping[str, Listed]


@dataclass(frozen=True)
class Site:
    """Where files are fetched from: a repository of the hub at a revision, or with `base` a plain file server."""

    repo: str = ""
    revision: str = "main"
    base: str = ""

    def url(self, path: str) -> str:
        """The address of a file."""
        if self.base:
            return f"{self.base}/{quote(path)}"
        return f"{endpoint()}/{self.repo}/resolve/{quote(self.revision, safe='')}/{quote(path)}"

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.base or self.repo


def endpoint() -> str:
    """The hub's address; InputError where HF_ENDPOINT names one that may not be asked."""
    given = os.environ.get("HF_ENDPOINT", "").rstrip("/") or HUB
    if not may_be_asked(given):
        raise InputError(
            tr("The hub's address “{address}” may not be asked.", address=given),
            tr("It is not encrypted: it does not begin with https."),
            tr("Correct the environment variable {name}.", name="HF_ENDPOINT"),
        )
    return given


def offline() -> bool:
    """Whether every download is forbidden: by the settings, or by HF_HUB_OFFLINE as other programs read it."""
    return current().offline or os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "TRUE", "YES", "ON")


def require_online() -> None:
    """InputError where downloads are forbidden."""
    if offline():
        fix = (
            tr("Turn “Stay offline” off in the settings, or add models from files that you have.")
            if current().offline
            else tr("Clear the environment variable HF_HUB_OFFLINE, or add models from files that you have.")
        )
        raise InputError(tr("Lacuna is offline, as you asked."), tr("Nothing is downloaded."), fix)


def sites(offer: Offer) -> Iterator[Site]:
    """Where the files of an offer lie: its repository, then the mirrors."""
    yield Site(offer.repo, offer.revision)
    for mirror in offer.mirrors:
        yield site_of(mirror)


def site_of(text: str) -> Site:
    """A mirror as it is written: `owner/name`, `owner/name@revision`, or an address; ValueError for anything else."""
    if may_be_asked(text):
        return Site(base=text.rstrip("/"))
    if not _REPO.fullmatch(text):
        raise ValueError(f"{text!r} is neither a repository nor an address that may be asked")
    repo, _, revision = text.partition("@")
    return Site(repo, revision or "main")


def resolve(offer: Offer, token: str) -> Record:
    """What an offer's files must be: as pinned, else as the first place that answers lists them.

    LacunaError: INPUT for a repository that asks for consent or a token that is not taken, NETWORK for all that may
    pass or is gone.
    """
    require_online()
    found = [*sites(offer)]
    if offer.pinned:
        return _record(
            offer, offer.revision, found, {file.path: Listed(file.size, file.sha256) for file in offer.files}
        )
    first: LacunaError | None = None
    for index, place in enumerate(found):
        try:
            told = listing(place, token)
            there = Site(place.repo, told.revision) if place.repo else place
            return _record(offer, told.revision, [there, *found[:index], *found[index + 1 :]], told.files)
        except LacunaError as error:
            first = first or error
    raise first or InputError(tr("No model “{name}” is offered.", name=offer.id))


def _record(offer: Offer, revision: str, found: list[Site], listed: Mapping[str, Listed]) -> Record:
    files = []
    for file in offer.files:
        path = _named(file, listed, found[0])
        told = listed[path]
        _require_pin(file, told, found[0])
        urls = tuple(place.url(path) for place in found)
        files.append(RemoteFile(file.place, urls, told.size, file.sha256 or told.sha256, told.blob))
    check_files(files)
    return Record(found[0].name, revision, offer.licence.name, tuple(files))


def _require_pin(file: OfferFile, told: Listed, place: Site) -> None:
    """LacunaError where a place has another file than the sheet pins, before gigabytes are fetched in vain."""
    other_sum = file.sha256 and told.sha256 and file.sha256 != told.sha256
    if other_sum or (file.size and file.size != told.size):
        raise LacunaError(
            FailureKind.DAMAGED,
            tr("“{place}” has another “{path}” than the one that Lacuna knows.", place=place.name, path=file.path),
            tr("It was changed, or it is not the original."),
            tr("Add the model from files that you have."),
        )


def _named(file: OfferFile, listed: Mapping[str, Listed], place: Site) -> str:
    """What the file is called there."""
    for path in (file.path, *file.alternatives):
        if path in listed:
            return path
    raise LacunaError(
        FailureKind.NETWORK,
        tr("“{place}” has no file “{path}”.", place=place.name, path=file.path),
        tr("The repository has changed, or holds its weights as pickles only, which Lacuna does not read."),
        tr("Add the model from files that you have."),
    )


def listing(place: Site, token: str) -> Listing:
    """The files of a place as they are now; LacunaError says why there are none."""
    require_online()
    told = _index(place) if place.base else _repository(place, token)
    if not told.files:
        raise _unusable(place)
    return told


def _index(place: Site) -> Listing:
    """The list of a plain file server: `index.json` with a revision, and path, size and sha256 of each file."""
    try:
        with careful_session() as session, session.get(place.url("index.json"), timeout=SECONDS, stream=True) as answer:
            if not answer.ok:
                raise _gone(place) if answer.status_code < 500 else _busy(place, answer.status_code)
            data = parse_object(answer.raw.read(JSON_LIMIT, decode_content=True))
        files = {str(entry["path"]): Listed(entry["size"], str(entry["sha256"])) for entry in data["files"]}
        return _checked(Listing(str(data.get("revision", "")), files))
    except (requests.exceptions.RequestException, HTTPError) as error:
        raise _unreachable(place, error) from None
    except (ValueError, KeyError, TypeError):
        raise _unusable(place) from None


def _repository(place: Site, token: str) -> Listing:
    import httpx2
    from huggingface_hub import HfApi, constants, errors

    require_certificates()
    constants.HF_HUB_DISABLE_TELEMETRY = True  # else it asks the hub for more than the list
    try:
        api = HfApi(endpoint=endpoint(), token=token or False)
        told = api.model_info(place.repo, revision=place.revision, timeout=SECONDS, files_metadata=True)
        return _checked(Listing(told.sha or "", {s.rfilename: _listed(s) for s in told.siblings or ()}))
    except errors.OfflineModeIsEnabled:
        raise InputError(tr("Lacuna is offline, as you asked."), tr("Nothing is downloaded.")) from None
    except errors.HfHubHTTPError as error:
        raise _refused(place, error, token) from None
    except httpx2.HTTPError as error:
        raise _unreachable(place, error) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _unusable(place) from None


def _listed(sibling: Any) -> Listed:
    """A file as HfApi tells of it."""
    if sibling.lfs is not None:
        return Listed(sibling.lfs.size, sibling.lfs.sha256)
    return Listed(sibling.size, blob=sibling.blob_id)


def _checked(told: Listing) -> Listing:
    """ValueError for a list that is none: sizes that are no counts, hashes that are no hashes."""
    if told.revision and not COMMIT.fullmatch(told.revision):
        raise ValueError(told.revision)
    for file in told.files.values():
        sound = _SHA256.fullmatch(file.sha256 or "") or COMMIT.fullmatch(file.blob or "")
        if type(file.size) is not int or file.size < 0 or not sound:
            raise ValueError(file)
    return told


def _refused(place: Site, error: Any, token: str) -> LacunaError:
    """Why the hub gives no list, in words."""
    from huggingface_hub import errors

    if isinstance(error, errors.DisabledRepoError):
        return _gone(place)
    if isinstance(error, errors.GatedRepoError) or error.response.status_code == 403:
        return _gated(place)
    if isinstance(error, errors.RevisionNotFoundError):
        return LacunaError(
            FailureKind.NETWORK,
            tr("“{place}” has no version “{revision}”.", place=place.name, revision=place.revision),
            fix=tr("Look for a newer Lacuna, or add the model from files that you have."),
        )
    if error.response.status_code == 401 and token:
        return InputError(
            tr("The hub does not accept your token."),
            fix=tr("Enter it anew on the Models page, or take it away if the model needs none."),
        )
    if error.response.status_code in (401, 404, 410, 451):
        return _gone(place)
    return _busy(place, error.response.status_code)


def _gated(place: Site) -> LacunaError:
    return InputError(
        tr("“{place}” lets in only people who agreed to its terms on its page.", place=place.name),
        fix=tr(
            "Sign in at {page} and agree, make a token that may read, and enter it on the Models page.",
            page=f"{endpoint()}/{place.repo}",
        ),
    )


def _gone(place: Site) -> LacunaError:
    return LacunaError(
        FailureKind.NETWORK,
        tr("“{place}” is not there, or not for everyone.", place=place.name),
        tr("It may have been withdrawn, or made private."),
        tr("Enter a token if you may see it, or add the model from files that you have."),
    )


def _busy(place: Site, status: int) -> LacunaError:
    return LacunaError(
        FailureKind.NETWORK,
        tr("“{place}” cannot be listed.", place=place.name),
        tr("The server is busy ({status}).", status=status),
        tr("Try again in a few minutes."),
    )


def _unusable(place: Site) -> LacunaError:
    return LacunaError(
        FailureKind.NETWORK,
        tr("“{place}” cannot be listed.", place=place.name),
        tr("The answer is not a list of files with their sizes and hashes."),
        tr("A network that asks for a sign-in first answers so, too. Open a web page, then try again."),
    )


def _unreachable(place: Site, error: Exception) -> LacunaError:
    host = urlsplit(place.base or endpoint()).hostname or place.name
    why, fix = _line_trouble(error)
    return LacunaError(FailureKind.NETWORK, tr("{host} cannot be reached.", host=host), why, fix)


def _line_trouble(error: Exception) -> tuple[str, str]:
    """Why a line did not come about, and what helps."""
    if any(isinstance(cause, ssl.SSLError) for cause in _causes(error)) or "CERTIFICATE" in str(error):
        return (
            tr("The server's certificate is not trusted."),
            tr("If your network inspects traffic, point SSL_CERT_FILE to its certificate; otherwise do not go on."),
        )
    if "ProxyError" in type(error).__name__:
        return tr("The proxy refuses the connection."), tr("Check HTTPS_PROXY and the proxy's name and password.")
    return tr("The connection was lost."), tr("Check the connection and try again.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
