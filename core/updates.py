"""Is there a newer Lacuna? Asked only where a person has it asked; nothing is downloaded, the answer is a link.

What is sent is one request for the feed's address: no version, no name of the computer, no cookie, no password.
"""

from __future__ import annotations

import time
import tomllib
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from packaging.version import Version

from core.errors import FailureKind, InputError, LacunaError
from core.files import parse_object
from core.hardware.software import lacuna_version
from core.i18n import tr
from core.resources import resource

if TYPE_CHECKING:
    import requests

LIMIT = 64_000
"""Bytes of an answer; more is refused."""
PATIENCE, SECONDS = 4.0, 8.0
"""Seconds that a server may be silent, and that the whole answer may take."""
_HOPS = 4
"""Addresses that the feed may lead on to."""
_WORDS = 300
"""Characters of a summary that are shown."""
_NUMBERS = 40
"""Characters of a version; a longer one is none."""


@dataclass(frozen=True)
class Feed:
    """Where newer versions are told of, and the page that a person is led to; both empty in a copy without a home."""

    url: str = ""
    page: str = ""

    def leads_to(self, page: str) -> bool:
        """Whether an answer may name this page: on a host of this feed, encrypted unless that is this very computer.

        ValueError for an address that is none.
        """
        from core.models.answers import may_be_asked

        schemes = {"https", urlsplit(self.url).scheme}
        hosts = {urlsplit(url).hostname for url in (self.url, self.page)} - {None}
        parts = urlsplit(page)
        return parts.scheme in schemes and parts.hostname in hosts and may_be_asked(page) and page.isprintable()


@dataclass(frozen=True)
class Release:
    """A version that is out, its page, and a line about it: plain text from outside."""

    version: str
    page: str
    summary: str = ""

    @property
    def newer(self) -> bool:
        """Whether it is newer than this Lacuna, by PEP 440."""
        return Version(self.version) > Version(lacuna_version())


def feed() -> Feed:
    """The feed of this copy, as its builder wrote it down."""
    values = tomllib.loads(resource("release.toml").read_text("utf-8"))
    return Feed(values["feed"], values["page"])


def ask(source: Feed | None = None) -> Release:
    """The newest release by the feed.

    InputError where there is no feed, or Lacuna is offline; LacunaError(NETWORK) where it does not answer, or with
    something else.
    """
    from core.models.hub import offline

    source = feed() if source is None else source
    if not source.url:
        raise InputError(
            tr("This copy of Lacuna has no address to ask for a newer version."),
            fix=tr("Look where you got it from."),
        )
    if offline():
        raise InputError(
            tr("Lacuna is offline, as you asked."),
            tr("Nobody is asked for a newer version."),
            tr("Turn “Stay offline” off in the settings, and clear HF_HUB_OFFLINE in the environment if it is set."),
        )
    return _release(_answer(source.url), source)


def _answer(url: str) -> bytes:
    """What stands at the address; LacunaError(NETWORK)."""
    from urllib3.exceptions import HTTPError

    from core.models.answers import Elsewhere, Retry, careful_session, line

    try:
        with line(), careful_session() as session:
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
            return _read(session, url, time.monotonic() + SECONDS)
    except (Elsewhere, Retry) as error:
        raise _failed(str(error)) from error
    except ValueError as error:
        raise _failed(tr("The server sends on to an address that is none.")) from error
    except (HTTPError, OSError) as error:
        raise _failed(tr("The connection was lost.")) from error


def _read(session: requests.Session, url: str, end: float) -> bytes:
    """The body at the address, or at those it leads on to; each is asked without what .netrc says of its host."""
    for _hop in range(_HOPS):
        with session.get(url, auth=_nobody, timeout=PATIENCE, stream=True, allow_redirects=False) as answer:
            if answer.is_redirect:
                url = urljoin(url, answer.headers["Location"])
                continue
            if not answer.ok:
                raise _failed(tr("The server answers {status}.", status=answer.status_code))
            return _body(answer, end)
    raise _failed(tr("It leads from one address to the next without end."))


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _body(answer: requests.Response, end: float) -> bytes:
    found = b""
    while chunk := answer.raw.read1(LIMIT):
        found += chunk
        if len(found) > LIMIT:
            raise _failed(tr("The answer is too large."))
        if time.monotonic() > end:
            raise _failed(tr("The answer takes too long."))
    return found


def _release(data: bytes, source: Feed) -> Release:
    """The release that an answer tells of; LacunaError(NETWORK) for one that is not to be believed."""
    try:
        told = parse_object(data, once=True)
        version, page = str(Version(told["version"])), str(told["page"])
        own = source.leads_to(page)
        if len(version) > _NUMBERS:
            raise ValueError(version)
    except (ValueError, KeyError, TypeError) as error:
        raise _failed(tr("The answer is not about a version.")) from error
    if not own:
        raise _failed(tr("The answer leads to another place than where Lacuna comes from."))
    return Release(version, page, _line(told.get("summary")))


def _line(text: Any) -> str:
    """What can be shown of a text from outside: one line without signs that steer a terminal."""
    if not isinstance(text, str):
        return ""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return words if len(words) <= _WORDS else f"{words[: _WORDS - 1]}…"


def _failed(why: str) -> LacunaError:
    return LacunaError(
        FailureKind.NETWORK,
        tr("It could not be found out whether there is a newer Lacuna."),
        why,
        tr("Try again later, or look where you got Lacuna from."),
    )
