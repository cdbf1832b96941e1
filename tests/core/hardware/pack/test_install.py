"""The pack installed by the real pip from wheels on the disk: whole or not at all, whatever happens on the way."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Cancelled, FailureKind, InputError, LacunaError
from core.hardware.pack.aside import run_aside
from core.hardware.pack.install import Step, check, install
from core.hardware.pack.place import Place, decide
from core.settings import change
from tests.core.hardware.pack.samples import BROKEN, shelf, torch_files, wheel

ROOT = Path(__file__).parents[4]
CUDA = {"nvidia-small": {"nvidia/small/lib/libsmall.so.1": b"small"}}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The place of a pack, and pip's own settings for an index without a network."""
    return indexed(shelf(tmp_path), monkeypatch)


def indexed(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(place.root.parent / "index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return place


class Ear:
    """Remembers the steps in order, and asks for a stop when one of them begins."""

    def __init__(self, stop_at: Step | None = None) -> None:
        self.heard: list[tuple[Step, int, int]] = []
        self._stop_at = stop_at

    def __call__(self, step: Step, done: int, total: int) -> None:
        self.heard.append((step, done, total))

    def stopped(self) -> bool:
        return any(step is self._stop_at for step, _, _ in self.heard)

    @property
    def steps(self) -> list[Step]:
        return list(dict.fromkeys(step for step, _, _ in self.heard))


def never() -> bool:
    return False


def test_an_installation_leaves_a_whole_pack_that_works_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside it lies the CPU's build of the same version, which a plain `==` would take, being the newer of the two."""
    place = indexed(shelf(tmp_path, more=CUDA), monkeypatch)
    wheel(tmp_path / "index", "torch", "9.1.0+cpu", torch_files())
    ear = Ear()
    marker = install(place, ear, never)
    assert (marker.torch, marker.cuda, marker.problem) == ("9.1.0", "13.0", "")
    assert place.marker() == marker
    assert place.lost() == ""
    assert (place.folder / "nvidia/small/lib/libsmall.so.1").read_bytes() == b"small"
    assert sorted(p.name for p in place.root.iterdir()) == [place.folder.name, "choice.json", "lock"]
    assert ear.steps == list(Step)
    assert max(done for step, done, _ in ear.heard if step is Step.DOWNLOAD) <= place.sheet.download_bytes


def test_a_stop_leaves_no_pack_and_the_next_call_mends_a_half_file(place: Place) -> None:
    ear = Ear(Step.UNPACK)
    with pytest.raises(Cancelled):
        install(place, ear, ear.stopped)
    assert place.marker() is None
    assert not place.part.exists()
    assert place.there_bytes() == place.sheet.download_bytes
    (half,) = place.wheels.iterdir()
    half.write_bytes(half.read_bytes()[:1000])
    install(place, Ear(), never)
    assert place.marker() is not None


def test_a_file_with_another_hash_is_refused(place: Place) -> None:
    (torch,) = place.sheet.wheels
    other = replace(place, sheet=replace(place.sheet, wheels=(replace(torch, sha256=64 * "0"),)))
    with pytest.raises(LacunaError) as caught:
        install(other, Ear(), never)
    assert caught.value.kind is FailureKind.DAMAGED
    assert "SHA-256" in caught.value.why
    assert place.marker() is None


def test_an_index_without_the_wheels_is_named(place: Place) -> None:
    next((place.root.parent / "index").iterdir()).unlink()
    with pytest.raises(LacunaError, match="does not have what is needed") as caught:
        install(place, Ear(), never)
    assert "torch===9.1.0" in caught.value.why


def test_the_room_on_the_disk_is_asked_first(place: Place) -> None:
    with pytest.raises(LacunaError) as caught:
        install(place, Ear(), never, lambda _: place.sheet.needed_bytes - 1)
    assert caught.value.kind is FailureKind.STORAGE
    assert not place.wheels.exists()


def test_the_licence_and_the_wish_to_stay_offline_are_heeded(place: Place) -> None:
    decide(place.root, accepted="")
    with pytest.raises(InputError, match="has not been accepted"):
        install(place, Ear(), never)
    decide(place.root, accepted="Terms")
    change(offline=True)
    try:
        with pytest.raises(InputError, match="offline"):
            install(place, Ear(), never)
    finally:
        change(offline=False)


_KILLED = """
import sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, {root!r})
import os, signal
from core.hardware.pack.install import Step, install
from tests.core.hardware.pack.samples import shelf
if __name__ == "__main__":
    def told(step, done, total):
        if step is Step.UNPACK:
            os.kill(os.getpid(), signal.SIGKILL)
    install(shelf(Path({folder!r})), told, lambda: False)
"""


def test_a_torch_that_does_not_import_is_found_out_and_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = indexed(shelf(tmp_path, BROKEN), monkeypatch)
    assert "libcudart.so.13" in install(place, Ear(), never).problem
    (place.folder / "torch/__init__.py").write_text("def ones(*a, **k): raise SystemExit(7)")
    found = check(place, never)
    assert found is not None
    assert found.problem == "Its process ended with code 7."


def test_a_new_version_takes_the_place_of_the_old_and_of_what_a_kill_left(place: Place, tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(_KILLED.format(root=str(ROOT), folder=str(tmp_path)))
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert place.part.exists()
    assert place.marker() is None
    old = place.root / "8.0-cp310"
    old.mkdir()
    (old / "pack.json").write_text('{"torch": "8.0", "python": "cp310", "cuda": "12.1", "problem": ""}')
    assert place.others() == (old,)
    install(place, Ear(), never)
    assert place.others() == ()
    assert place.remove() > 10_000
    assert place.marker() is None
    assert sorted(p.name for p in place.root.iterdir()) == ["choice.json", "lock"]


def _killed(_pipe: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_ends_by_the_same_ctrl_c_is_no_failure_of_its_own() -> None:
    def gone() -> bool:
        return all(process.name != "lacuna-gpu-pack" for process in multiprocessing.active_children())

    with pytest.raises(Cancelled):
        run_aside(_killed, heard=print, cancelled=gone)


def test_two_installations_do_not_meet(place: Place) -> None:
    with place.alone(), pytest.raises(InputError, match="another Lacuna"):
        install(place, Ear(), never)


def test_an_index_that_does_not_answer_is_named(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(LacunaError) as caught:
        install(place, Ear(), never)
    assert caught.value.kind is FailureKind.NETWORK
