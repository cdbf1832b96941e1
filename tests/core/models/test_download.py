"""Downloads from a server that drops, truncates, corrupts, redirects, stalls, lies and refuses."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import core.models.download as module
from core.errors import Cancelled, FailureKind, InputError, LacunaError
from core.models.download import Download, RemoteFile, bytes_missing, check_files, check_room, missing, part_of
from tests.server import CERTIFICATE, COMMIT, REPO, Fault, FileServer, blob_of, clear_network, serving

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

BIG = random.Random(5).randbytes(400_000)
FILES = {"unet/model.safetensors": BIG, "config.json": b'{"width": 8}'}
NAME = "unet/model.safetensors"


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(FILES) as made:
        yield made


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between attempts, and little for a silent server."""
    monkeypatch.setattr(module, "BACKOFF", 0.0)
    monkeypatch.setattr(module, "STALL_SECONDS", 0.3)
    clear_network(monkeypatch)


def never() -> bool:
    return False


def unheard(_done: int, _total: int) -> None:
    pass


def remote(server: FileServer, name: str = NAME, *more: str) -> RemoteFile:
    data = FILES[name]
    url = f"{server.url}/{REPO}/resolve/{COMMIT}/{name}"
    if name.endswith(".json"):
        return RemoteFile(name, (url, *more), len(data), blob=blob_of(data))
    return RemoteFile(name, (url, *more), len(data), hashlib.sha256(data).hexdigest())


def download(folder: Path, *files: RemoteFile, token: str = "", endpoint: str = "") -> dict[str, str]:
    return Download(folder, never, unheard, unheard, token=token, endpoint=endpoint).run(files)


def test_files_come_whole_and_are_not_fetched_twice(server: FileServer, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    wanted = [remote(server), remote(server, "config.json")]
    sums = Download(tmp_path, never, lambda done, total: told.append((done, total)), unheard).run(wanted)
    assert (tmp_path / NAME).read_bytes() == BIG
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    assert told[-1] == (sum(map(len, FILES.values())),) * 2
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    download(tmp_path, *wanted)
    assert len(server.asked) == 2
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize(
    "fault",
    [
        Fault("drop", at=150_000),
        Fault("truncate", at=150_000),
        Fault("stall", at=150_000),
        Fault("corrupt", at=9),
        Fault("status", status=500),
        Fault("status", status=503, headers={"Retry-After": "soon"}),
        Fault("status", status=429, headers={"Retry-After": "0"}),
        Fault("status", status=408),
        Fault("drop"),
    ],
    ids=lambda fault: f"{fault.kind}{fault.status or ''}",
)
def test_what_may_pass_is_tried_again(server: FileServer, tmp_path: Path, fault: Fault) -> None:
    server.faults[NAME] = [fault]
    if fault.kind == "truncate":  # a length that lies is another version: the mirror has the right one
        download(tmp_path, remote(server, NAME, f"{server.plain}/{NAME}"))
    else:
        download(tmp_path, remote(server))
    assert (tmp_path / NAME).read_bytes() == BIG


def test_a_cut_line_goes_on_where_it_was_cut(server: FileServer, tmp_path: Path) -> None:
    server.faults[NAME] = [Fault("drop", at=150_000), Fault("drop", at=300_000)]
    download(tmp_path, remote(server))
    starts = [int(asked.headers["Range"][6:-1]) for asked in server.of(NAME)[1:]]
    assert len(starts) == 2
    assert 100_000 < starts[0] <= 150_000 < starts[1] <= 300_000


@pytest.mark.parametrize("fault", [Fault("whole"), Fault("range")], ids=lambda fault: fault.kind)
def test_a_server_that_cannot_go_on_is_asked_for_all_of_it(server: FileServer, tmp_path: Path, fault: Fault) -> None:
    server.faults[NAME] = [Fault("drop", at=150_000), fault]
    download(tmp_path, remote(server))
    assert (tmp_path / NAME).read_bytes() == BIG


def test_a_range_that_is_refused_begins_anew(server: FileServer, tmp_path: Path) -> None:
    server.faults[NAME] = [Fault("drop", at=150_000), Fault("status", status=416)]
    download(tmp_path, remote(server))
    assert "Range" not in server.of(NAME)[-1].headers
    assert (tmp_path / NAME).read_bytes() == BIG


def test_a_part_that_is_too_long_or_broken_is_thrown_away(server: FileServer, tmp_path: Path) -> None:
    part = part_of(tmp_path / NAME)
    part.parent.mkdir()
    for data in (BIG + b"more", BIG[:-1] + b"?", b"?" * 1000):
        part.write_bytes(data)
        (tmp_path / NAME).unlink(missing_ok=True)
        download(tmp_path, remote(server))
        assert (tmp_path / NAME).read_bytes() == BIG


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("status", status=401), "a token"),
        (Fault("status", status=403, headers={"X-Error-Code": "GatedRepo"}), "agreed to its terms"),
        (Fault("status", status=404), r"does not have it \(404\)"),
        (Fault("status", status=500), r"busy \(500\)"),
        (Fault("drop"), "connection was lost"),
        (Fault("redirect"), "without end"),
        (Fault("redirect", to="http://example.invalid/model"), "not encrypted"),
        (Fault("redirect", to="gopher://127.0.0.1/model"), "an address that is none"),
        (Fault("length"), "another version"),
        (Fault("more"), "more than the file has"),
        (Fault("packed"), "connection was lost"),
    ],
    ids=lambda value: f"{value.kind}{value.status or ''}" if isinstance(value, Fault) else "",
)
def test_what_does_not_pass_is_said_and_a_mirror_helps(
    server: FileServer, tmp_path: Path, fault: Fault, words: str
) -> None:
    server.always[NAME] = fault
    with pytest.raises(LacunaError, match=words) as raised:
        download(tmp_path, remote(server))
    assert raised.value.kind is FailureKind.NETWORK
    assert not (tmp_path / NAME).exists()
    with serving(FILES) as mirror:
        download(tmp_path, remote(server, NAME, f"{mirror.plain}/{NAME}"))
    assert (tmp_path / NAME).read_bytes() == BIG


def test_bytes_that_stay_wrong_are_damage_and_are_not_fetched_for_ever(server: FileServer, tmp_path: Path) -> None:
    server.always[NAME] = Fault("corrupt", at=77)
    with pytest.raises(LacunaError, match="not the file that was asked for") as raised:
        download(tmp_path, remote(server))
    assert raised.value.kind is FailureKind.DAMAGED
    assert len(server.of(NAME)) == module.BROKEN_ATTEMPTS
    assert not list(tmp_path.rglob("*.*"))


def test_a_small_file_is_held_against_gits_hash(server: FileServer, tmp_path: Path) -> None:
    server.files["config.json"] = b'{"width": 9}'
    with pytest.raises(LacunaError, match="not the file"):
        download(tmp_path, remote(server, "config.json"))


def test_the_token_goes_to_the_host_that_was_asked_and_follows_nowhere(server: FileServer, tmp_path: Path) -> None:
    with serving(FILES) as other:
        server.always[NAME] = Fault("redirect", to=f"{other.plain}/{NAME}")
        file = remote(server)
        download(tmp_path, file, token="hf_secret", endpoint=server.url)
        download(
            tmp_path / "again",
            RemoteFile(NAME, (f"{other.plain}/{NAME}",), file.size, file.sha256),
            token="hf_secret",
            endpoint=server.url,
        )
    assert server.asked[0].headers["Authorization"] == "Bearer hf_secret"
    assert all("Authorization" not in asked.headers for asked in other.asked)
    assert len(other.asked) == 2


def test_a_redirect_on_the_same_host_keeps_the_token(server: FileServer, tmp_path: Path) -> None:
    server.faults[NAME] = [Fault("redirect", to=f"{server.plain}/{NAME}")]
    download(tmp_path, remote(server), token="hf_secret", endpoint=server.url)
    assert [asked.headers.get("Authorization") for asked in server.asked] == ["Bearer hf_secret"] * 2


def test_a_certificate_that_nobody_vouches_for_is_refused_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(FILES, secure=True) as secure:
        with pytest.raises(LacunaError, match="certificate is not trusted"):
            download(tmp_path, remote(secure))
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        download(tmp_path, remote(secure))
    assert (tmp_path / NAME).read_bytes() == BIG


def test_a_proxy_that_refuses_is_named(server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    monkeypatch.setenv("NO_PROXY", "")
    file = RemoteFile("a.json", ("https://127.0.0.1:9/a.json",), 1, blob=blob_of(b"x"))
    with pytest.raises(LacunaError, match="proxy refuses"):
        download(tmp_path, file)
    assert [asked.method for asked in server.asked] == ["CONNECT"]


def test_nobody_at_home(tmp_path: Path) -> None:
    with serving({}) as gone:
        file = remote(gone)
    with pytest.raises(LacunaError, match="connection was lost"):
        download(tmp_path, file)


def test_a_pause_keeps_the_bytes_and_a_later_start_goes_on(server: FileServer, tmp_path: Path) -> None:
    stop = threading.Event()
    with pytest.raises(Cancelled):
        Download(tmp_path, stop.is_set, lambda *_: stop.set(), unheard).run([remote(server)])
    left = bytes_missing([remote(server)], tmp_path)
    assert 0 < left < len(BIG)
    download(tmp_path, remote(server))
    assert server.of(NAME)[-1].headers["Range"] == f"bytes={len(BIG) - left}-"


def test_a_pause_wakes_a_download_that_waits_for_a_silent_server(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STALL_SECONDS", 60.0)
    server.faults[NAME] = [Fault("stall", at=70_000)]
    stop, ended = threading.Event(), threading.Event()
    running = Download(tmp_path, stop.is_set, unheard, unheard)

    def work() -> None:
        with pytest.raises(Cancelled):
            running.run([remote(server)])
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert server.stalled.wait(10)
    stop.set()
    running.interrupt()
    assert ended.wait(2)
    thread.join()


SCRIPT = """
import sys
from pathlib import Path
from core.models.download import Download, RemoteFile
from core.errors import LacunaError
folder, url, size, digest, limit = Path(sys.argv[1]), *sys.argv[2:]
if int(limit):
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
try:
    told = lambda done, total: print(done, flush=True)
    Download(folder, lambda: False, told, lambda *_: None).run([RemoteFile("a.safetensors", (url,), int(size), digest)])
except LacunaError as error:
    print(error.kind, error)
"""


def child(folder: Path, url: str, limit: int = 0) -> subprocess.Popen[str]:
    arguments = [str(folder), url, str(len(BIG)), hashlib.sha256(BIG).hexdigest(), str(limit)]
    environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments], stdout=subprocess.PIPE, text=True, env=environment
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_kill_costs_no_byte(server: FileServer, tmp_path: Path) -> None:
    server.faults[NAME] = [Fault("stall", at=300_000)]
    url = f"{server.plain}/{NAME}"
    with child(tmp_path, url) as killed:
        assert killed.stdout is not None
        reached = next(done for line in killed.stdout if (done := int(line)) > 200_000)
        killed.send_signal(signal.SIGKILL)
    file = RemoteFile("a.safetensors", (url,), len(BIG), hashlib.sha256(BIG).hexdigest())
    assert bytes_missing([file], tmp_path) <= len(BIG) - reached
    download(tmp_path, file)
    assert (tmp_path / "a.safetensors").read_bytes() == BIG
    assert int(server.of(NAME)[-1].headers["Range"][6:-1]) >= reached


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
def test_a_disk_that_fills_up_in_the_middle_keeps_what_is_there(server: FileServer, tmp_path: Path) -> None:
    url = f"{server.plain}/{NAME}"
    with child(tmp_path, url, limit=150_000) as full:
        said = full.communicate(timeout=30)[0].splitlines()[-1]
    assert said.startswith("storage")
    part = part_of(tmp_path / "a.safetensors")
    assert 100_000 < part.stat().st_size <= 150_000
    download(tmp_path, RemoteFile("a.safetensors", (url,), len(BIG), hashlib.sha256(BIG).hexdigest()))
    assert (tmp_path / "a.safetensors").read_bytes() == BIG
    assert "Range" in server.of(NAME)[-1].headers


def test_room_is_asked_for_before_the_first_byte(tmp_path: Path) -> None:
    huge = RemoteFile("a.safetensors", ("https://example.invalid/a",), 10**16, "0" * 64)
    with pytest.raises(LacunaError, match="not enough room") as raised:
        check_room([huge], tmp_path)
    assert raised.value.kind is FailureKind.STORAGE
    check_room([RemoteFile("b.json", ("https://example.invalid/b",), 5, "0" * 64)], tmp_path)


def test_only_what_is_broken_is_missing(server: FileServer, tmp_path: Path) -> None:
    wanted = [remote(server), remote(server, "config.json")]
    download(tmp_path, *wanted)
    (tmp_path / NAME).write_bytes(b"?" + BIG[1:])
    told: list[tuple[int, int]] = []
    broken = missing(wanted, tmp_path, cancelled=never, checks=lambda done, total: told.append((done, total)))
    assert [file.path for file in broken] == [NAME]
    assert told[-1][0] == told[-1][1]
    with pytest.raises(Cancelled):
        missing(wanted, tmp_path, cancelled=lambda: True, checks=unheard)


@pytest.mark.parametrize(
    "path",
    ["../a.json", "/a.json", "a/../b.json", "a//b.json", "a.bin", "a.ckpt", "u/a.pt", "", "a\\b.json", ".json"],
)
def test_a_file_that_is_none_of_a_models_is_refused(path: str) -> None:
    with pytest.raises(InputError):
        check_files([RemoteFile(path, ("https://example.invalid/a",), 1, "0" * 64)])


@pytest.mark.parametrize("url", ["http://example.invalid/a", "ftp://example.invalid/a", "file:///etc/passwd", "a", ""])
def test_an_address_that_may_not_be_asked_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="no address"):
        check_files([RemoteFile("a.json", (url,) if url else (), 1, "0" * 64)])


def test_a_file_without_a_hash_is_refused() -> None:
    with pytest.raises(InputError, match="no hash"):
        check_files([RemoteFile("a.json", ("https://example.invalid/a",), 1)])
