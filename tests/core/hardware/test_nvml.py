"""What NVIDIA's driver tells, tried with a stand-in for its module: no machine has all of this at once."""

from __future__ import annotations

import os
import sys
from types import ModuleType, SimpleNamespace

import pytest

from core.hardware import nvml
from core.hardware.devices import driver, driver_gpus
from core.hardware.nvml import driver_fits, other_users, own_bytes, users, visible, window_gpus
from core.hardware.plan import named
from tests.core.hardware.models import GB, gpu

MINE, OTHER = os.getpid(), 2**22 + 7
"""This process, and a number that no process has."""


class Driver(ModuleType):
    """NVML as `pynvml` gives it, for cards of some sizes; None in `held` is what Windows tells of a program."""

    NVMLError = RuntimeError

    def __init__(
        self, *sizes: tuple[float, float], cuda: int = 13000, held: dict[int, int | None] | None = None
    ) -> None:
        super().__init__("pynvml")
        running = [SimpleNamespace(pid=pid, usedGpuMemory=used) for pid, used in (held or {}).items()]
        memory = [SimpleNamespace(total=int(total * GB), free=int(free * GB)) for total, free in sizes]
        self.open: list[bool] = []
        vars(self).update(
            nvmlInit=lambda: self.open.append(True),
            nvmlShutdown=self.open.pop,
            nvmlDeviceGetCount=lambda: len(sizes),
            nvmlDeviceGetHandleByIndex=lambda index: index,
            nvmlDeviceGetMemoryInfo=memory.__getitem__,
            nvmlDeviceGetName=lambda handle: f"Card {handle}",
            nvmlDeviceGetCudaComputeCapability=lambda _handle: [8, 6],
            nvmlSystemGetDriverVersion=lambda: "580.1",
            nvmlSystemGetCudaDriverVersion=lambda: cuda,
            nvmlDeviceGetGraphicsRunningProcesses=lambda _handle: [],
            nvmlDeviceGetComputeRunningProcesses=lambda _handle: running,
        )


def plug(monkeypatch: pytest.MonkeyPatch, found: Driver, cuda: str = "13.0") -> Driver:
    """The driver is there, and torch was built for this version of CUDA."""
    monkeypatch.setitem(sys.modules, "pynvml", found)
    monkeypatch.setattr(nvml, "torch_cuda", lambda: cuda)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return found


def test_a_card_is_told_with_its_memory_and_capability_and_the_driver_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = plug(monkeypatch, Driver((8, 6.5)))
    (card,) = window_gpus()
    assert (card.id, card.title, card.memory_bytes, card.free_bytes) == ("cuda:0", "Card 0", 8 * GB, int(6.5 * GB))
    assert card.capability == (8, 6)
    assert card.usable
    assert not found.open


def test_of_two_cards_the_one_with_more_free_memory_is_taken_unless_one_was_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plug(monkeypatch, Driver((24, 3), (8, 7.5)))
    gpus = {card.id: card for card in window_gpus()}
    assert named("auto", gpus) == ("cuda:1", "")
    assert named("cuda", gpus) == ("cuda:1", "")
    assert named("cuda:0", gpus) == ("cuda:0", "")


def test_a_driver_that_is_too_old_leaves_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    plug(monkeypatch, Driver((8, 7), cuda=11040))
    assert not driver_fits("13.0")
    assert not window_gpus()[0].usable
    assert named("auto", {card.id: card for card in window_gpus()}) == ("cpu", "")


def test_torch_without_cuda_cannot_use_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    plug(monkeypatch, Driver((8, 7)), cuda="")
    assert not window_gpus()[0].usable


def test_what_lacuna_holds_itself_counts_as_free(monkeypatch: pytest.MonkeyPatch) -> None:
    plug(monkeypatch, Driver((8, 3), held={MINE: 2 * GB, OTHER: 2 * GB}))
    assert own_bytes("cuda:0") == 2 * GB
    assert window_gpus()[0].free_bytes == 5 * GB
    (other,) = other_users("cuda:0")
    assert (other.pid, other.bytes) == (OTHER, 2 * GB)
    assert {user.pid: user.name for user in users("cuda:0")}[OTHER] == str(OTHER)


def test_windows_names_programs_without_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    plug(monkeypatch, Driver((8, 3), held={MINE: None, OTHER: None}))
    assert [user.bytes for user in users("cuda:0")] == [None, None]
    assert window_gpus()[0].free_bytes == 3 * GB


def test_a_driver_that_fails_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise Driver.NVMLError

    found = plug(monkeypatch, Driver((8, 7)))
    monkeypatch.setitem(vars(found), "nvmlInit", broken)
    assert (driver(), driver_gpus(), window_gpus(), users("cuda:0")) == (None, (), (), ())


@pytest.mark.parametrize(
    ("listed", "seen"), [("1", [1]), ("1,0", [1, 0]), ("", []), ("-1", []), ("7", []), ("GPU-3f2a-11", [0, 1])]
)
def test_the_environment_says_which_cards_there_are(
    listed: str, seen: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", listed)
    assert [card.id for card in visible((gpu(8, number=0), gpu(24, number=1)))] == [f"cuda:{k}" for k in seen]
