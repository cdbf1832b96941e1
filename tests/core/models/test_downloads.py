"""Downloads as the window drives them: started, paused, gone on with, checked, mended, removed, closed."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import core.models.download as download
import core.models.downloads as module
from core.errors import InputError, LacunaError
from core.models.downloads import Downloads, Meter, State, Status
from core.models.install import Preview
from core.models.licences import accept
from core.models.registry import Registry
from tests.core.models.shelf import BIG, FILES, SHEET, TOTAL, WEIGHTS, ready, small
from tests.fresh import fresh
from tests.server import COMMIT, Fault, FileServer, serving

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

REMOTE = "unet/model.fp16.safetensors"


class Ear:
    """Hears of changes from any thread, and waits for one."""

    def __init__(self) -> None:
        self.heard: dict[str, list[Status]] = defaultdict(list)
        self.deaf_to: State | None = None
        self._changed = threading.Condition()

    def __call__(self, name: str, status: Status) -> None:
        if status.state is self.deaf_to:
            raise ValueError("deaf")
        with self._changed:
            self.heard[name].append(status)
            self._changed.notify_all()

    def wait(self, state: State, name: str = "small") -> Status:
        """The last status, once it is of this state."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.heard[name] and self.heard[name][-1].state is state, 10), (
                self.heard[name][-1:],
            )
            return self.heard[name][-1]

    def wait_for_bytes(self, name: str = "small") -> None:
        """Until some of a model's big file are there."""
        with self._changed:
            assert self._changed.wait_for(lambda: any(status.done > 60_000 for status in self.heard[name]), 10)

    def states(self, name: str = "small") -> list[State]:
        """The states in order, each once."""
        told = [status.state for status in self.heard[name]]
        return [state for index, state in enumerate(told) if not index or told[index - 1] is not state]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    with serving(FILES) as made:
        ready(monkeypatch, made.url)
        yield made


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def downloads(server: FileServer, tmp_path: Path, ear: Ear) -> Iterator[Downloads]:
    assert server.url
    accept(small(tmp_path), tmp_path)
    made = Downloads(ear, Registry(tmp_path))
    yield made
    made.close()


def test_a_download_runs_through_its_states(downloads: Downloads, ear: Ear) -> None:
    assert downloads.state("small") == Status(State.ABSENT, 0, 300_000)
    downloads.start("small")
    end = ear.wait(State.READY)
    assert (end.done, end.total, end.error) == (TOTAL, TOTAL, None)
    told = ear.states()
    assert told[0] is State.WAITING
    assert told[-2:] == [State.VERIFYING, State.READY]
    assert downloads.states()["small"].state is State.READY


def test_a_pause_keeps_all_and_a_start_goes_on(server: FileServer, downloads: Downloads, ear: Ear) -> None:
    server.faults[REMOTE] = [Fault("stall", at=200_000)]
    downloads.start("small")
    ear.wait_for_bytes()
    downloads.pause("small")
    paused = ear.wait(State.PAUSED)
    assert 60_000 < paused.done <= 200_020
    downloads.start("small")
    ear.wait(State.READY)
    assert int(server.of(REMOTE)[-1].headers["Range"][6:-1]) > 60_000


def test_a_start_right_after_a_pause_is_not_lost(server: FileServer, downloads: Downloads, ear: Ear) -> None:
    server.faults[REMOTE] = [Fault("stall", at=200_000)]
    downloads.start("small")
    assert server.stalled.wait(10)
    downloads.pause("small")
    downloads.start("small")
    downloads.start("small")
    ear.wait(State.READY)


def test_a_download_of_an_earlier_session_is_partial_and_goes_on(
    server: FileServer, downloads: Downloads, ear: Ear, tmp_path: Path
) -> None:
    server.faults[REMOTE] = [Fault("stall", at=200_000)]
    downloads.start("small")
    ear.wait_for_bytes()
    downloads.close()
    later = Ear()
    again = Downloads(later, Registry(tmp_path))
    found = again.state("small")
    assert found.state is State.PARTIAL
    assert 0 < found.done < found.total == TOTAL
    again.start("small")
    later.wait(State.READY)
    again.close()
    assert State.READY not in ear.states()


def test_close_ends_what_waits_for_a_silent_server_and_starts_nothing_more(
    server: FileServer, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "STALL_SECONDS", 60.0)
    server.faults[REMOTE] = [Fault("stall", at=100_000)]
    downloads.start("small")
    assert server.stalled.wait(10)
    downloads.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "download small"]
    downloads.start("small")
    assert len(server.of(REMOTE)) == 1


def test_a_failure_is_told_and_tried_again(server: FileServer, downloads: Downloads, ear: Ear) -> None:
    server.faults["api"] = [Fault("status", status=404)]
    downloads.start("small")
    failed = ear.wait(State.FAILED)
    assert failed.error is not None
    assert "is not there" in str(failed.error)
    assert downloads.state("small") == failed
    downloads.start("small")
    ear.wait(State.READY)


def test_damage_is_found_and_mended(downloads: Downloads, ear: Ear, tmp_path: Path) -> None:
    downloads.start("small")
    ear.wait(State.READY)
    (tmp_path / "small" / WEIGHTS).write_bytes(b"?" + BIG[1:])
    assert downloads.state("small").state is State.DAMAGED
    downloads.verify("small")
    damaged = ear.wait(State.DAMAGED)
    assert damaged.error is not None
    assert WEIGHTS in damaged.error.why
    downloads.repair("small")
    ear.wait(State.READY)
    downloads.verify("small")
    ear.wait(State.VERIFYING)
    ear.wait(State.READY)


def test_remove_stops_and_deletes(server: FileServer, downloads: Downloads, ear: Ear, tmp_path: Path) -> None:
    server.faults[REMOTE] = [Fault("stall", at=200_000)]
    downloads.start("small")
    assert server.stalled.wait(10)
    downloads.remove("small")
    assert ear.heard["small"][-1].state is State.ABSENT
    assert not (tmp_path / "small").exists()


def test_no_more_than_two_run_at_once_and_the_next_follows(
    server: FileServer, downloads: Downloads, ear: Ear, tmp_path: Path
) -> None:
    names = ["small", "second", "third"]
    for name in names[1:]:
        accept(small(tmp_path, SHEET.replace('id = "small"', f'id = "{name}"'), name), tmp_path)
    server.faults[REMOTE] = [Fault("stall", at=100_000)] * 2
    for name in names:
        downloads.start(name)
    for name in names[:2]:
        ear.wait(State.DOWNLOADING, name)
    assert downloads.state("third").state is State.WAITING
    downloads.pause("small")
    ear.wait(State.READY, "third")
    downloads.pause("second")
    ear.wait(State.PAUSED, "second")


def test_one_that_waits_can_be_paused(
    server: FileServer, downloads: Downloads, ear: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    accept(small(tmp_path, SHEET.replace('id = "small"', 'id = "second"'), "second"), tmp_path)
    server.faults[REMOTE] = [Fault("stall", at=100_000)]
    downloads.start("small")
    assert server.stalled.wait(10)
    downloads.start("second")
    downloads.pause("second")
    assert ear.wait(State.PAUSED, "second").done == 0
    downloads.pause("small")
    ear.wait(State.PAUSED)


def test_the_licence_comes_first(server: FileServer, tmp_path: Path, ear: Ear) -> None:
    small(tmp_path)
    downloads = Downloads(ear, Registry(tmp_path))
    with pytest.raises(InputError, match="has not been accepted"):
        downloads.start("small")
    assert not server.asked
    downloads.close()


def previewed(downloads: Downloads) -> Preview | LacunaError:
    told: list[Preview | LacunaError] = []
    done = threading.Event()

    def hear(found: Preview | LacunaError) -> None:
        told.append(found)
        done.set()

    downloads.preview("small", hear)
    assert done.wait(10)
    return told[0]


def test_a_preview_is_told_from_a_thread(server: FileServer, downloads: Downloads) -> None:
    seen = previewed(downloads)
    assert isinstance(seen, Preview)
    assert (seen.total, seen.revision) == (TOTAL, COMMIT)
    server.faults["api"] = [Fault("status", status=500)]
    assert isinstance(previewed(downloads), LacunaError)


def test_what_is_unexpected_is_a_failure_and_no_silence(
    downloads: Downloads, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda error: raised.append(str(error.exc_value)))
    ear.deaf_to = State.DOWNLOADING
    downloads.start("small")
    assert str(ear.wait(State.FAILED).error) == "The download ended unexpectedly."
    downloads.close()
    assert raised == ["deaf"]


@pytest.mark.parametrize("look", [lambda d: d.state("x"), lambda d: d.start("x"), lambda d: d.remove("x")])
def test_an_unknown_model_is_an_input_error(downloads: Downloads, look: Callable[[Downloads], object]) -> None:
    with pytest.raises(InputError, match="No model “x” is offered"):
        look(downloads)


def test_the_window_may_import_them_without_a_network_library() -> None:
    told = fresh("import core.models.downloads, core.models.licences, core.models.offers, core.models.token")
    assert told.packages.isdisjoint({"requests", "urllib3", "huggingface_hub", "httpx2"})
    assert not told.asked


def test_a_meter_tells_the_rate_of_the_last_seconds() -> None:
    meter = Meter(span=5.0)
    assert meter.heard(0, 10.0)
    assert meter.rate == 0.0
    assert meter.left(100) is None
    assert not meter.heard(5, 10.05)
    assert meter.heard(1000, 12.0)
    assert meter.rate == pytest.approx(500)
    assert meter.left(1000) == pytest.approx(2)
    assert meter.heard(1000, 20.0)
    assert meter.rate == 0.0
