"""The question for a newer version: what is sent, what is believed, and what is said where nothing comes of it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import updates
from core.errors import FailureKind, InputError, LacunaError
from core.hardware.software import lacuna_version
from core.settings import change
from core.updates import LIMIT, Feed, Release, ask, feed
from tests.server import Fault, FileServer, clear_network, serving

NEWS = "news.json"
ANSWER: dict[str, Any] = {"version": "99.1", "page": "", "summary": "Erases twice as fast."}

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.usefixtures("socket_enabled", "online")]


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    clear_network(monkeypatch)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving({}) as made:
        made.files[NEWS] = answer(page=f"{made.url}/new")
        yield made


def answer(**changes: Any) -> bytes:
    return json.dumps({**ANSWER, **changes}).encode()


def source(server: FileServer, page: str = "") -> Feed:
    return Feed(f"{server.plain}/{NEWS}", page)


def test_a_newer_version_is_told_with_its_page(server: FileServer) -> None:
    found = ask(source(server))
    assert found == Release("99.1", f"{server.url}/new", "Erases twice as fast.")
    assert found.newer


def test_only_the_request_is_sent(server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n", "utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.faults[NEWS] = [Fault("redirect", to=f"{server.plain}/{NEWS}?again", headers={"Set-Cookie": "a=b"})]
    ask(source(server))
    assert len(server.asked) == 2
    for asked in server.asked:
        assert set(asked.headers) <= {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
        assert asked.headers["User-Agent"] == "lacuna"
        assert lacuna_version() not in str(asked)


@pytest.mark.parametrize(
    ("version", "expected"),
    [("99", True), ("0.0.1", False), (lacuna_version(), False), ("99rc1", True), (f"{lacuna_version()}.dev1", False)],
)
def test_versions_are_compared_as_python_does(server: FileServer, version: str, expected: bool) -> None:
    server.files[NEWS] = answer(version=version, page=f"{server.url}/new")
    assert ask(source(server)).newer is expected


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("a\nb\t\x1b[31mc", "a b [31mc"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("x" * 400, "x" * 299 + "…"),
        (["a"], ""),
        (None, ""),
        ("\u202eback", "back"),
    ],
)
def test_the_summary_is_one_plain_line(server: FileServer, told: object, shown: str) -> None:
    server.files[NEWS] = answer(summary=told, page=f"{server.url}/new")
    assert ask(source(server)).summary == shown


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"<html>", b'{"version": "1"}', answer(version="new"), answer(version=3), answer(page=7),
        answer(page="https://[half"), answer(version="9" * 41),
        b'{"version": "9", "version": "8", "page": ""}', b"\xff" * 10,
    ],
)  # fmt: skip
def test_an_answer_of_another_kind_is_refused(server: FileServer, body: bytes) -> None:
    server.files[NEWS] = body
    assert "newer Lacuna" in refused(source(server))


def refused(asked: Feed) -> str:
    with pytest.raises(LacunaError) as caught:
        ask(asked)
    assert caught.value.kind is FailureKind.NETWORK
    return str(caught.value)


@pytest.mark.parametrize(
    "page",
    [
        "https://elsewhere.example/", "https://127.0.0.1.example/", "https://127.0.0.1@elsewhere.example/",
        "javascript:alert(1)", "file:///etc/passwd", "ftp://127.0.0.1/", "//127.0.0.1/", "", "https://127.0.0.1/\n",
    ],
)  # fmt: skip
def test_a_page_of_another_place_is_refused(server: FileServer, page: str) -> None:
    server.files[NEWS] = answer(page=page)
    assert "another place" in refused(source(server))


def test_the_page_may_lie_on_the_host_that_the_builder_named(server: FileServer) -> None:
    server.files[NEWS] = answer(page="https://lacuna.example/v99")
    assert ask(source(server, "https://lacuna.example/")).page == "https://lacuna.example/v99"
    server.files[NEWS] = answer(page="http://lacuna.example/v99")
    assert "another place" in refused(source(server, "https://lacuna.example/"))


def test_a_page_without_encryption_is_for_a_feed_of_this_computer_only() -> None:
    assert Feed("http://127.0.0.1:1/a").leads_to("http://127.0.0.1:2/b")
    assert not Feed("https://127.0.0.1/a").leads_to("http://127.0.0.1/b")
    assert not Feed("http://lacuna.example/a").leads_to("http://lacuna.example/b")


def test_a_feed_without_encryption_is_not_asked() -> None:
    assert "not encrypted" in refused(Feed("http://lacuna.example/news.json"))


@pytest.mark.parametrize(
    ("to", "why"),
    [("http://lacuna.example/", "not encrypted"), ("http://[half", "that is none"), ("gopher://a/", "that is none")],
)
def test_a_feed_that_leads_to_what_must_not_be_asked_is_left(server: FileServer, to: str, why: str) -> None:
    server.always[NEWS] = Fault("redirect", to=to)
    assert why in refused(source(server))


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault("status", status=404), "answers 404"),
        (Fault("status", status=500), "answers 500"),
        (Fault("redirect"), "without end"),
        (Fault("drop", at=5), "connection was lost"),
    ],
    ids=lambda given: given.kind + str(given.status) if isinstance(given, Fault) else "",
)
def test_a_server_that_does_not_serve_is_told(server: FileServer, fault: Fault, why: str) -> None:
    server.always[NEWS] = fault
    assert why in refused(source(server))


def test_an_answer_without_end_is_cut(server: FileServer) -> None:
    server.files[NEWS] = b" " * (LIMIT + 1)
    assert "too large" in refused(source(server))


def test_a_server_that_falls_silent_is_left(server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "PATIENCE", 0.2)
    server.always[NEWS] = Fault("stall", at=5)
    assert "connection was lost" in refused(source(server))


def test_a_server_that_dawdles_is_left(server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "SECONDS", 0.0)
    assert "too long" in refused(source(server))


def test_a_certificate_that_nobody_vouches_for_is_not_trusted() -> None:
    with serving({NEWS: answer()}, secure=True) as server:
        assert "certificate" in refused(source(server))
        assert server.asked == []


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert "connection was lost" in refused(Feed(f"http://127.0.0.1:{taken.getsockname()[1]}/a"))


def test_nobody_is_asked_offline(server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    change(offline=True)
    try:
        with pytest.raises(InputError, match="offline"):
            ask(source(server))
    finally:
        change(offline=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(InputError, match="HF_HUB_OFFLINE"):
        ask(source(server))
    assert server.asked == []


def test_a_copy_without_a_home_says_so() -> None:
    assert feed() == Feed()
    with pytest.raises(InputError, match="no address to ask"):
        ask()
