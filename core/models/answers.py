"""What a file server's answer means for a download: take it from here, ask again, or ask elsewhere."""

from __future__ import annotations

import os
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from core.errors import InputError
from core.i18n import tr

LONGEST_WAIT = 60.0
"""Seconds that a server may ask to be left alone; more is cut."""
_TRANSIENT = frozenset((408, 425, 429, 500, 502, 503, 504))


class Retry(Exception):
    """The line failed in a way that may pass, after `wait` seconds at the least."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


class Broken(Retry):
    """All bytes came, and they are not what was asked for."""


class Elsewhere(Exception):
    """An address will not give the file; another may."""


class NotEncrypted(requests.exceptions.RequestException):
    """The address would send bytes in the open over a network."""


class Careful(HTTPAdapter):
    """Speaks without encryption to this very computer only, wherever a server leads."""

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """As the adapter does; NotEncrypted for an address that must not be asked."""
        if not may_be_asked(request.url or ""):
            raise NotEncrypted
        return super().send(request, *args, **more)


def require_certificates() -> None:
    """InputError where SSL_CERT_FILE names no file of certificates: then no server could be asked."""
    path = os.environ.get("SSL_CERT_FILE")
    if not path:
        return
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:
        raise InputError(
            tr("The certificates in “{path}” cannot be used.", path=path),
            tr("The system says: {reason}.", reason=error.strerror or error),
            tr("Correct the environment variable {name}.", name="SSL_CERT_FILE"),
        ) from error


def careful_session() -> requests.Session:
    """A session that is careful, asks for bytes as they are, and trusts the certificates in SSL_CERT_FILE."""
    require_certificates()
    session = requests.Session()
    session.mount("http://", Careful())
    session.headers.update({"Accept-Encoding": "identity", "User-Agent": "lacuna"})
    session.verify = os.environ.get("SSL_CERT_FILE") or True
    return session


def may_be_asked(url: str) -> bool:
    """Whether an address is one to fetch from: encrypted, or on this very computer."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))


@contextmanager
def line() -> Generator[None]:
    """Turn what requests raises about a line into Retry where it may pass, and into Elsewhere where it will not."""
    try:
        yield
    except requests.exceptions.SSLError:
        raise Elsewhere(tr("The server's certificate is not trusted.")) from None
    except requests.exceptions.ProxyError:
        raise Elsewhere(tr("The proxy refuses the connection.")) from None
    except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema):
        raise Elsewhere(tr("The server sends on to an address that is none.")) from None
    except NotEncrypted:
        raise Elsewhere(tr("The server sends on to an address that is not encrypted.")) from None
    except requests.exceptions.TooManyRedirects:
        raise Elsewhere(tr("The server sends from one address to the next without end.")) from None
    except requests.exceptions.RequestException:
        raise Retry(tr("The connection was lost.")) from None


def start_of(response: requests.Response, have: int, size: int) -> int | None:
    """Where in the file the answer begins: `have`, or 0 where all comes anew; None where it cannot go on from there.

    Retry and Elsewhere are raised for answers that hold no file. `size` is the file's, in bytes.
    """
    _require_file(response)
    if response.status_code == 416:
        return None
    start = have if response.status_code == 206 else 0
    if response.status_code == 206 and not _continues(response, have, size):
        return None
    length = response.headers.get("Content-Length", "")
    if length.isdigit() and "Content-Encoding" not in response.headers and start + int(length) != size:
        raise Elsewhere(tr("The server has another version of the file."))
    return start


def _require_file(response: requests.Response) -> None:
    status = response.status_code
    if status in _TRANSIENT:
        raise Retry(tr("The server is busy ({status}).", status=status), wait_of(response))
    if response.headers.get("X-Error-Code") == "GatedRepo":
        raise Elsewhere(tr("It lets in only people who agreed to its terms on its page, and who show it by a token."))
    if status in (401, 403):
        raise Elsewhere(tr("The server asks for a token, or for the licence to be accepted on its page."))
    if status not in (200, 206, 416):
        raise Elsewhere(tr("The server does not have it ({status}).", status=status))


def _continues(response: requests.Response, have: int, size: int) -> bool:
    told = response.headers.get("Content-Range", "")
    return told in (f"bytes {have}-{size - 1}/{size}", f"bytes {have}-{size - 1}/*")


def wait_of(response: requests.Response) -> float:
    """Seconds that the server asks to be left alone; dates and nonsense count as 0."""
    told = response.headers.get("Retry-After", "")
    return min(float(told), LONGEST_WAIT) if told.isdigit() else 0.0
