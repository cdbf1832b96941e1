"""A file server for one model that speaks the hub's words, and misbehaves as it is told: for tests of downloads.

It listens on this computer only. What it does wrong is a list of faults for each path: every request takes the next
one, and none is left when all is well again.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPO = "maker/model"
CERTIFICATE = Path(__file__).with_name("certificate.pem")
"""For 127.0.0.1, with its key, made for these tests and trusted by nobody. Valid until 2126."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. `at` is the byte of the file at which it does.

    `drop` cuts the line, `truncate` ends early with a length that says so, `corrupt` changes a byte, `stall` says no
    more until the server closes, `slow` waits between pieces, `status` answers with a number, `redirect` sends on,
    `whole` ignores a range, `length` lies about the length, `range` answers another range, `more` sends too much,
    `packed` says it is compressed and is not.
    """

    kind: str
    at: int = 0
    status: int = 0
    to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    headers: dict[str, str]


class FileServer:
    """Serves files as the hub does: `/api/models/…` lists them, `/…/resolve/…` gives them; plainly below `/plain`."""

    def __init__(self, files: Mapping[str, bytes], *, secure: bool = False) -> None:
        self.files = dict(files)
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.always: dict[str, Fault] = {}
        self.asked: list[Asked] = []
        self.revisions = {COMMIT, "main"}
        self.repos = {REPO}
        self.listing: Any = None
        self.closing = threading.Event()
        self.stalled = threading.Event()
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        if secure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme = "https" if secure else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def plain(self) -> str:
        """The address of the same files without the hub's words around them."""
        return f"{self.url}/plain"

    def of(self, path: str) -> list[Asked]:
        """The requests for a file."""
        return [asked for asked in self.asked if asked.path.endswith(f"/{path}")]

    def info(self) -> dict[str, Any]:
        """What the hub's API says of the repository: weights by SHA-256, other files by git's blob id."""
        return {"id": REPO, "sha": COMMIT, "siblings": [_sibling(path, data) for path, data in self.files.items()]}

    def index(self) -> dict[str, Any]:
        """What a plain file server lists."""
        listed = [
            {"path": path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for path, data in self.files.items()
        ]
        return {"revision": COMMIT, "files": listed}

    def close(self) -> None:
        """Stop, and let stalled requests go."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def serving(files: Mapping[str, bytes], *, secure: bool = False) -> Iterator[FileServer]:
    """A server for the time of the block."""
    server = FileServer(files, secure=secure)
    try:
        yield server
    finally:
        server.close()


def clear_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what this computer says of proxies, certificates and the hub."""
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    certificates = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    for name in (*proxies, *map(str.lower, proxies), *certificates, "HF_TOKEN", "HF_HUB_OFFLINE", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


def go_online(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let Lacuna's hub be the server at this address; tests are offline else."""
    from huggingface_hub import close_session, constants

    clear_network(monkeypatch)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_ENDPOINT", address)
    close_session()


def blob_of(data: bytes) -> str:
    """What git calls a file of this content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _sibling(path: str, data: bytes) -> dict[str, Any]:
    told: dict[str, Any] = {"rfilename": path, "size": len(data), "blobId": blob_of(data)}
    if path.endswith(".safetensors"):
        told["lfs"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "pointerSize": 134}
    return told


class _Handler(BaseHTTPRequestHandler):
    owner: FileServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        pass

    def handle(self) -> None:
        with suppress(OSError):  # the other side goes away as it likes
            super().handle()

    def do_CONNECT(self) -> None:
        """The proxy that refuses."""
        self._note()
        self._answer(407, b"")

    def do_GET(self) -> None:
        self._note()
        path = unquote(urlsplit(self.path).path)
        if path.startswith("/api/models/"):
            self._list(path.removeprefix("/api/models/"))
        elif path == "/plain/index.json":
            self._json(self.owner.listing or self.owner.index())
        else:
            self._file(path)

    def _note(self) -> None:
        self.close_connection = True
        self.owner.asked.append(Asked(self.command, unquote(self.path), dict(self.headers)))

    def _fault(self, path: str) -> Fault:
        waiting = self.owner.faults[path]
        return waiting.pop(0) if waiting else self.owner.always.get(path, Fault(""))

    def _list(self, rest: str) -> None:
        repo, _, revision = rest.partition("/revision/")
        fault = self._fault("api")
        if fault.kind == "status":
            return self._answer(fault.status, b"{}", fault.headers)
        if fault.kind == "redirect":
            return self._answer(307, b"", {"Location": fault.to})
        if repo not in self.owner.repos:
            return self._answer(401, b"{}", {"X-Error-Code": "RepoNotFound"})
        if revision not in self.owner.revisions:
            return self._answer(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
        return self._json(self.owner.listing or self.owner.info())

    def _json(self, value: Any) -> None:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self._answer(200, body, {"Content-Type": "application/json"})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _file(self, address: str) -> None:
        path = address.removeprefix("/plain/") if address.startswith("/plain/") else address.split("/", 5)[-1]
        data = self.owner.files.get(path)
        fault = self._fault(path)
        if fault.kind == "status":
            return self._answer(fault.status, b"no", fault.headers)
        if fault.kind == "redirect":
            return self._answer(302, b"", {"Location": fault.to or self.path})
        if data is None:
            return self._answer(404, b"no")
        return self._give(data, fault)

    def _give(self, data: bytes, fault: Fault) -> None:
        given = self.headers.get("Range", "")
        start = int(given.removeprefix("bytes=").rstrip("-")) if given and fault.kind != "whole" else 0
        if start >= len(data) > 0 and given:
            return self._answer(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        body = data[start:]
        if fault.kind == "corrupt" and fault.at >= start:
            at = fault.at - start
            body = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        self._head(given, start, len(data), fault)
        self._body(body, max(0, fault.at - start), fault)
        return None

    def _head(self, given: str, start: int, size: int, fault: Fault) -> None:
        partial = bool(given) and fault.kind != "whole"
        self.send_response(206 if partial else 200)
        if partial:
            first = start + 1 if fault.kind == "range" else start
            self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        length = {"truncate": fault.at - start, "length": size + 7}.get(fault.kind, size - start)
        if fault.kind != "more":
            self.send_header("Content-Length", str(max(0, length)))
        if fault.kind == "packed":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Connection", "close")
        self.end_headers()

    def _body(self, body: bytes, at: int, fault: Fault) -> None:
        if fault.kind in ("drop", "truncate"):
            self.wfile.write(body[:at])
        elif fault.kind == "stall":
            self.wfile.write(body[:at])
            self.wfile.flush()
            self.owner.stalled.set()
            self.owner.closing.wait()
        elif fault.kind == "slow":
            self._slowly(body)
        else:
            self.wfile.write(body + (b"more" if fault.kind == "more" else b""))

    def _slowly(self, body: bytes) -> None:
        for start in range(0, len(body), 1 << 16):
            self.wfile.write(body[start : start + (1 << 16)])
            if self.owner.closing.wait(0.05):
                return
