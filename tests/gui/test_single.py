"""Starts that meet: the second one is heard, a dead one replaced, a silent one not waited for, and noise hung up on."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui import single
from gui.single import LIMIT, LONGEST, MOST, Meeting, Message, Single, address, knock, local_path, parse, usable

WANTED = Message(("/home/me/Größe 1.lacuna",))
ROOT = Path(__file__).parents[2]


def second(place: str, qtbot: QtBot) -> str:
    """How a start in another process fares that finds somebody at `place`; ours answers meanwhile."""
    code = "import sys; from gui.single import Message, knock; print(knock(sys.argv[1], Message((sys.argv[2],))).name)"
    command = (sys.executable, "-c", code, place, *WANTED.files)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        qtbot.waitUntil(lambda: other.poll() is not None, timeout=20_000)
        assert other.stdout is not None
        return other.stdout.read().strip()


@pytest.fixture(autouse=True)
def runtime(short: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which starts meet."""
    folder = short / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library's folder."""
    return tmp_path / "library"


@pytest.fixture
def place(library: Path) -> str:
    """Where starts over the library meet."""
    found = address(library)
    assert found is not None
    return str(found)


@pytest.fixture
def first(library: Path) -> Iterator[Single]:
    """A start that has its window."""
    made = Single(library)
    assert made.enter(Message()) is Meeting.FIRST
    made.listen()
    yield made
    made.close()


def test_a_second_start_is_heard(first: Single, place: str, qtbot: QtBot) -> None:
    heard: list[Message] = []
    first.asked.connect(heard.append)
    assert second(place, qtbot) == "TAKEN"
    assert heard == [WANTED]


def test_a_window_that_closes_is_met_no_more(first: Single, library: Path, runtime: Path) -> None:
    first.close()
    assert list(runtime.iterdir()) == []
    again = Single(library)
    assert again.enter(Message()) is Meeting.FIRST
    again.close()


def test_what_a_killed_window_left_is_taken_over(library: Path, place: str, qtbot: QtBot) -> None:
    code = (
        "import sys; from pathlib import Path; from PySide6.QtCore import QCoreApplication\n"
        "from gui.single import Message, Single\n"
        "app = QCoreApplication([]); single = Single(Path(sys.argv[1])); single.enter(Message()); single.listen()\n"
        "print('there', flush=True); app.exec()"
    )
    command = (sys.executable, "-c", code, str(library))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"there\n"
        assert knock(place, WANTED) is Meeting.TAKEN
        killed.send_signal(signal.SIGKILL)
    assert Path(place).exists()
    heir = Single(library)
    assert heir.enter(WANTED) is Meeting.FIRST
    heir.listen()
    assert second(place, qtbot) == "TAKEN"
    heir.close()


def test_a_window_that_does_not_answer_is_not_waited_for(
    library: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single, "PATIENCE_MS", 100)
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(place)
        hung.listen()
        assert Single(library).enter(WANTED) is Meeting.SILENT


def test_a_start_waits_for_one_that_has_no_window_yet(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single, "STARTING_MS", 100)
    starting = Single(library)
    assert starting.enter(Message()) is Meeting.FIRST
    assert Single(library).enter(WANTED) is Meeting.SILENT
    starting.close()
    after = Single(library)
    assert after.enter(WANTED) is Meeting.FIRST
    after.close()


@pytest.mark.usefixtures("first")
def test_nobody_else_may_connect(place: str) -> None:
    assert stat.S_IMODE(Path(place).stat().st_mode) & 0o077 == 0


def test_each_library_and_each_home_has_its_own_window(
    library: Path, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert str(address(tmp_path / "other")) != place
    monkeypatch.setenv("HOME", str(tmp_path / "elsewhere"))
    assert str(address(library)) != place


@pytest.fixture
def homes(short: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folders that are used where the session has none: beside the library, and for what has to be short."""
    monkeypatch.setenv("XDG_DATA_HOME", str(short / "data"))
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    return short / "data/Lacuna/run", short / f"lacuna-{os.getuid()}"


def test_a_folder_that_others_may_write_to_is_not_used(library: Path, runtime: Path, homes: tuple[Path, Path]) -> None:
    for folder, instead in zip((runtime, *homes), (*homes, None), strict=True):
        folder.chmod(0o777)
        found = address(library)
        assert (found.parent if found else None) == instead


def test_a_home_with_a_long_name_meets_elsewhere(
    library: Path, tmp_path: Path, homes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / ("ü" * 30)))
    found = address(library)
    assert found is not None
    assert found.parent == homes[1]
    assert stat.S_IMODE(found.parent.stat().st_mode) == 0o700


def test_without_a_place_every_start_is_the_first(library: Path, runtime: Path, homes: tuple[Path, Path]) -> None:
    for folder in (runtime, *homes):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o777)
    assert address(library) is None
    for _ in range(2):
        alone = Single(library)
        assert alone.enter(WANTED) is Meeting.FIRST
        alone.listen()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"hello\n",
        b"[]\n",
        b"{}\n",
        b'{"files": [], "token": ""\n',
        b'{"files": [], "token": "", "run": "rm"}\n',
        b'{"files": [], "files": [], "token": ""}\n',
        b'{"files": "/a", "token": ""}\n',
        b'{"files": [1], "token": ""}\n',
        b'{"files": ["relative"], "token": ""}\n',
        b'{"files": ["/a\\u0000b"], "token": ""}\n',
        b'{"files": [], "token": 1}\n',
        b'{"files": [], "token": "a\\nb"}\n',
        b'{"files": [], "token": "' + b"a" * 300 + b'"}\n',
        Message(("/a",) * (MOST + 1)).line(),
        b"\xff\xfe\n",
    ],
)
def test_what_no_start_would_say_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        parse(line)


@pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\n", b"x" * (LIMIT + 1)])
def test_noise_is_hung_up_on_and_the_next_start_heard(first: Single, place: str, noise: bytes, qtbot: QtBot) -> None:
    heard: list[Message] = []
    first.asked.connect(heard.append)

    def shout() -> bytes:
        with socket.socket(socket.AF_UNIX) as near:
            near.settimeout(10)
            near.connect(place)
            try:
                near.sendall(noise)
                return near.recv(10)
            except ConnectionError:
                return b""

    with ThreadPoolExecutor(1) as other:
        answer = other.submit(shout)
        qtbot.waitUntil(answer.done)
    assert answer.result() == b""
    assert heard == []
    assert second(place, qtbot) == "TAKEN"


def test_a_message_comes_back_as_it_was_sent() -> None:
    for message in (WANTED, Message(), Message(("/a", "/b"), "token_1")):
        assert parse(message.line()) == message


@pytest.mark.parametrize("token", ["shell|größe.lacuna|7_TIME9", "a" * (LONGEST + 1), "a\n"])
def test_a_token_that_no_window_would_take_is_not_sent(token: str) -> None:
    assert usable(token) == ""
    assert usable("shell/lacuna/7-0-host_TIME9") == "shell/lacuna/7-0-host_TIME9"


def test_a_whole_folder_of_bundles_fits_into_a_message() -> None:
    many = Message(tuple(f"/home/me/{'字' * 40}/{number}.lacuna" for number in range(MOST)))
    assert len(many.line()) < LIMIT
    assert parse(many.line()) == many


def test_a_file_is_named_by_path_or_url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert local_path("a b.lacuna") == f"{tmp_path}/a b.lacuna"
    assert local_path("file:///home/me/Gr%C3%B6%C3%9Fe%201.lacuna") == WANTED.files[0]
    assert local_path((tmp_path / "ü").as_uri()) == str(tmp_path / "ü")
    assert local_path(os.fsdecode(b"/\xff.lacuna")) == "/\ufffd.lacuna"
