"""A model gets onto the disk and onto the list: looked at, fetched, checked, mended, removed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import Cancelled, FailureKind, InputError, LacunaError
from core.models.component import Component, HostCard, Role
from core.models.install import Installer
from core.models.licences import accept
from core.models.offers import Offer
from core.models.record import record_file
from core.models.registry import Registry
from tests.core.models.shelf import BIG, CONFIG, FILES, SHEET, TOTAL, WEIGHTS, ready, small
from tests.server import COMMIT, REPO, Fault, FileServer, serving

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    with serving(FILES) as made:
        ready(monkeypatch, made.url)
        yield made


@pytest.fixture
def offer(tmp_path: Path) -> Offer:
    made = small(tmp_path)
    accept(made, tmp_path)
    return made


@pytest.mark.usefixtures("server")
def test_a_preview_says_what_would_come_and_fetches_nothing(tmp_path: Path, offer: Offer) -> None:
    seen = Installer(tmp_path).preview(offer)
    assert (seen.total, seen.missing, seen.revision, seen.pinned) == (TOTAL, TOTAL, COMMIT, False)
    assert seen.free > 0
    assert not (tmp_path / "small").exists()


@pytest.mark.usefixtures("server")
def test_a_download_ends_on_the_list_with_its_commit_and_hashes(tmp_path: Path, offer: Offer) -> None:
    Installer(tmp_path).install(offer)
    found = Registry(tmp_path).get("small")
    assert found is not None
    assert (found.role, found.family, found.licence, found.catalogue) == (Role.BASE, "sd1", "Test licence", "small")
    assert found.settings["revision"] == COMMIT
    assert found.settings["sha256"][WEIGHTS] == hashlib.sha256(BIG).hexdigest()
    assert found.settings["prediction_type"] == "epsilon"
    assert found.sources["unet"].path == tmp_path / "small" / "unet"
    assert found.problems == ()
    assert (tmp_path / "small" / WEIGHTS).read_bytes() == BIG
    assert sorted(path.name for path in (tmp_path / "small").rglob("*.*")) == [
        "config.json",
        "download.json",
        "model.safetensors",
    ]


def test_without_the_licence_nothing_is_asked_for(server: FileServer, tmp_path: Path) -> None:
    offer = small(tmp_path)
    with pytest.raises(InputError, match="licence of “Small” has not been accepted"):
        Installer(tmp_path).install(offer)
    assert not server.asked


def test_a_download_goes_on_at_its_commit_after_the_branch_moved(
    server: FileServer, tmp_path: Path, offer: Offer
) -> None:
    server.faults[CONFIG] = [Fault("status", status=404)]
    with pytest.raises(LacunaError):
        Installer(tmp_path).install(offer)
    server.listing = {**server.info(), "sha": "f" * 40}
    Installer(tmp_path).install(offer)
    found = Registry(tmp_path).get("small")
    assert found is not None
    assert found.settings["revision"] == COMMIT
    assert len([asked for asked in server.asked if asked.path.startswith("/api")]) == 1


def test_a_download_without_a_byte_is_planned_anew(server: FileServer, tmp_path: Path, offer: Offer) -> None:
    server.faults["unet/model.fp16.safetensors"] = [Fault("status", status=404)]
    with pytest.raises(LacunaError):
        Installer(tmp_path).install(offer)
    server.listing = {**server.info(), "sha": "f" * 40}
    Installer(tmp_path).install(offer)
    assert server.of("unet/model.fp16.safetensors")[-1].path.startswith(f"/{REPO}/resolve/{'f' * 40}/")


def test_a_changed_sheet_is_planned_anew(server: FileServer, tmp_path: Path, offer: Offer) -> None:
    Installer(tmp_path).install(offer)
    other = small(tmp_path, SHEET.replace('to = "unet/model.safetensors"', 'to = "unet/weights.safetensors"'))
    assert Installer(tmp_path).preview(other).missing == len(BIG)
    assert len([asked for asked in server.asked if asked.path.startswith("/api")]) == 2


@pytest.mark.usefixtures("server")
def test_verify_names_what_is_broken_and_repair_fetches_that_alone(
    server: FileServer, tmp_path: Path, offer: Offer
) -> None:
    installer = Installer(tmp_path)
    installer.install(offer)
    installer.verify(offer)
    (tmp_path / "small" / WEIGHTS).write_bytes(b"?" + BIG[1:])
    (tmp_path / "small" / CONFIG).touch()
    with pytest.raises(LacunaError, match=f"“Small” is damaged. Missing or changed: {WEIGHTS}") as raised:
        installer.verify(offer)
    assert raised.value.kind is FailureKind.DAMAGED
    before = len(server.asked)
    installer.repair(offer)
    assert [asked.path.rsplit("/", 1)[1] for asked in server.asked[before:]] == ["model.fp16.safetensors"]
    installer.verify(offer)
    found = Registry(tmp_path).get("small")
    assert found is not None
    assert found.problems == ()


@pytest.mark.usefixtures("server")
def test_files_that_were_only_touched_are_sound_after_a_check(tmp_path: Path, offer: Offer) -> None:
    installer = Installer(tmp_path)
    installer.install(offer)
    (tmp_path / "small" / CONFIG).touch()
    found = installer.installed(offer)
    assert found is not None
    assert found.problems
    installer.verify(offer)
    found = installer.installed(offer)
    assert found is not None
    assert not found.problems


@pytest.mark.usefixtures("server")
def test_remove_deletes_what_was_fetched_and_nothing_else(tmp_path: Path, offer: Offer) -> None:
    installer = Installer(tmp_path)
    installer.install(offer)
    (tmp_path / "small" / "notes.txt").write_text("mine", "utf-8")
    installer.remove(offer)
    assert Registry(tmp_path).get("small") is None
    assert [path.name for path in (tmp_path / "small").rglob("*")] == ["notes.txt"]
    (tmp_path / "small" / "notes.txt").unlink()
    installer.install(offer)
    installer.remove(offer)
    assert not (tmp_path / "small").exists()
    installer.remove(offer)


def test_what_was_never_downloaded_cannot_be_checked(tmp_path: Path, offer: Offer) -> None:
    with pytest.raises(InputError, match="has not been downloaded"):
        Installer(tmp_path).verify(offer)


def test_a_persons_own_model_of_the_same_id_is_left_alone(server: FileServer, tmp_path: Path, offer: Offer) -> None:
    mine = Component("small", "Mine", Role.BASE, "sd1", {})
    Registry(tmp_path).add(mine)
    with pytest.raises(InputError, match="called “small” already"):
        Installer(tmp_path).install(offer)
    Installer(tmp_path).remove(offer)
    assert Registry(tmp_path).get("small") == mine
    assert not server.asked


HOLD = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.usefixtures("server")
def test_two_processes_do_not_work_on_one_model(tmp_path: Path, offer: Offer) -> None:
    (tmp_path / ".locks").mkdir()
    lock = tmp_path / ".locks" / "small.lock"
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(InputError, match="worked on by another Lacuna"):
            Installer(tmp_path).install(offer)
        other.communicate("")
    Installer(tmp_path).install(offer)


@pytest.mark.usefixtures("server")
def test_a_cancel_keeps_the_parts_and_the_list_as_they_are(tmp_path: Path, offer: Offer) -> None:
    stop: list[bool] = []
    installer = Installer(tmp_path, lambda: bool(stop), lambda *_: stop.append(True))
    with pytest.raises(Cancelled):
        installer.install(offer)
    there, total = Installer(tmp_path).there(offer)
    assert 0 < there < total == TOTAL
    assert Registry(tmp_path).components() == ()


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: json.dumps([data]),
        lambda data: json.dumps({**data, "files": [{**data["files"][0], "path": "../../x.json"}]}),
        lambda data: json.dumps({**data, "files": [{**data["files"][0], "urls": ["http://example.invalid/x"]}]}),
        lambda data: json.dumps({**data, "files": [{**data["files"][0], "sha256": "", "blob": ""}]}),
        lambda data: json.dumps({key: value for key, value in data.items() if key != "revision"}),
    ],
    ids=range(5),
)
def test_a_record_that_lies_is_not_believed(tmp_path: Path, offer: Offer, damage: Callable[[Any], str]) -> None:
    Installer(tmp_path).install(offer)
    path = record_file(tmp_path / "small")
    path.write_text(damage(json.loads(path.read_text("utf-8"))), "utf-8")
    with pytest.raises(LacunaError, match="record of the download") as raised:
        Installer(tmp_path).remove(offer)
    assert raised.value.kind is FailureKind.DAMAGED


def test_a_gated_model_says_so_when_its_files_are_refused(server: FileServer, tmp_path: Path, offer: Offer) -> None:
    server.always["unet/config.json"] = Fault("status", status=403, headers={"X-Error-Code": "GatedRepo"})
    with pytest.raises(LacunaError, match="agreed to its terms"):
        Installer(tmp_path).install(replace(offer, gated=True))


@pytest.mark.usefixtures("server")
def test_a_file_that_changed_under_its_size_is_not_taken_for_whole(tmp_path: Path, offer: Offer) -> None:
    installer = Installer(tmp_path)
    installer.install(offer)
    (tmp_path / "small" / WEIGHTS).write_bytes(b"?" + BIG[1:])
    installer.install(offer)
    assert (tmp_path / "small" / WEIGHTS).read_bytes() == BIG


@pytest.mark.usefixtures("server")
def test_a_file_that_lay_there_before_is_not_taken_for_whole(tmp_path: Path, offer: Offer) -> None:
    (tmp_path / "small" / "unet").mkdir(parents=True)
    (tmp_path / "small" / WEIGHTS).write_bytes(b"?" + BIG[1:])
    Installer(tmp_path).install(offer)
    assert (tmp_path / "small" / WEIGHTS).read_bytes() == BIG


@pytest.mark.usefixtures("server")
def test_the_hub_is_trusted_at_the_first_download_only(tmp_path: Path, offer: Offer) -> None:
    installer = Installer(tmp_path)
    assert not installer.preview(offer).pinned
    installer.install(offer)
    assert installer.preview(offer).pinned


@pytest.mark.usefixtures("server")
def test_what_another_model_runs_with_is_not_removed(tmp_path: Path, offer: Offer) -> None:
    installer, registry = Installer(tmp_path), Registry(tmp_path)
    installer.install(offer)
    host = HostCard("", "", "AnimateDiffPipeline", 2, 8, 64, 2, 1.0, {"motion_adapter": "small/motion_adapter"})
    registry.add(Component("lcm", "LCM", Role.LORA, "sd1", {}, host=host))
    with pytest.raises(InputError, match="“Small” is used by “LCM”"):
        installer.remove(offer)
    assert installer.installed(offer) is not None
    assert (tmp_path / "small" / WEIGHTS).is_file()


def test_a_token_that_cannot_be_sent_is_told_of(
    server: FileServer, tmp_path: Path, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "für mich")
    with pytest.raises(InputError, match="correct the environment variable HF_TOKEN"):
        Installer(tmp_path).preview(offer)
    assert server.asked == []


def test_a_folder_where_nothing_can_be_locked_is_a_failure_in_words(tmp_path: Path, offer: Offer) -> None:
    (tmp_path / ".locks" / "small.lock").mkdir(parents=True)
    with pytest.raises(LacunaError) as caught:
        Installer(tmp_path).remove(offer)
    assert caught.value.kind is FailureKind.STORAGE
