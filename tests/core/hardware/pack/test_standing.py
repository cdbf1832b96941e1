"""Where a pack stands, for cards and drivers that this computer may not have; and the sheets that ship."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import InputError
from core.hardware.devices import Device, Driver
from core.hardware.pack.place import VARIABLE, Choice, Place, choice, decide, stamp
from core.hardware.pack.sheet import python_tag, read_sheet, sheet_for_this_system
from core.hardware.pack.standing import State, standing, unfit
from core.resources import resource
from tests.core.hardware.pack.samples import put, shelf

CARD = (Device("cuda:0", "Some GPU", 12_000_000_000, 9_000_000_000, capability=(8, 6)),)
OLD_CARD = (replace(CARD[0], title="Old GPU", capability=(6, 1)),)
DRIVER, OLD_DRIVER = Driver("580.95", 13), Driver("550.1", 12)
SHEETS = sorted(resource("packs").glob("*.toml"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return shelf(tmp_path)


def test_nothing_is_offered_where_it_is_of_no_use(place: Place) -> None:
    assert standing(place, "13.0", DRIVER, CARD).state is State.BUILT_IN
    assert standing(place, "", None, ()).state is State.NO_CARD
    assert standing(None, "", DRIVER, CARD).state is State.NO_PACK


def test_windows_is_led_to_the_other_variant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert "variant of Lacuna for NVIDIA cards" in standing(None, "", DRIVER, CARD).fix


def test_a_card_and_a_driver_that_do_are_offered_it_with_its_size(place: Place) -> None:
    found = standing(place, "", DRIVER, CARD)
    assert (found.state, found.used) == (State.ABSENT, False)
    assert "0.0 GB on the disk" in found.fix
    place.wheels.mkdir()
    (place.wheels / "torch-9.1.0-py3-none-any.whl").write_bytes(b"half")
    assert standing(place, "", DRIVER, CARD).state is State.PARTIAL


def test_what_is_too_old_is_said_before_anything_is_downloaded(place: Place) -> None:
    found = standing(place, "", OLD_DRIVER, CARD)
    assert (found.state, found.fix) == (State.UNFIT, "Update the driver to 580 or newer.")
    assert "Old GPU is too old" in standing(place, "", DRIVER, OLD_CARD).words
    assert unfit(place.sheet, DRIVER, (*OLD_CARD, *CARD)) is None


def test_a_pack_is_used_where_the_driver_answers_or_the_person_insists(place: Place) -> None:
    put(place)
    assert standing(place, "", DRIVER, CARD).used
    found = standing(place, "", None, ())
    assert (found.state, found.used) == (State.READY, False)
    decide(place.root, use="always")
    assert standing(place, "", None, ()).used
    decide(place.root, use="never")
    assert standing(place, "", DRIVER, CARD).state is State.OFF
    with pytest.raises(InputError):
        decide(place.root, use="sometimes")


def test_the_environment_goes_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "never")
    assert choice(place.root).use == "never"


def test_what_the_environment_says_for_one_process_is_not_written_down(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "never")
    decide(place.root, accepted="Other terms")
    monkeypatch.delenv(VARIABLE)
    assert choice(place.root) == Choice("auto", "Other terms")


def test_what_another_version_downloaded_is_not_counted(place: Place) -> None:
    place.wheels.mkdir()
    for name in ("torch-8.0-py3-none-any.whl", "torch-9.1.0-py3-none-any.whl"):
        (place.wheels / name).write_bytes(b"wheel")
    assert place.there_bytes() == 5


def test_a_pack_whose_deletion_was_interrupted_is_none_and_goes_with_the_next_change(place: Place) -> None:
    put(place)
    gone = place.folder.rename(place.root / ".gone-12345678")
    assert place.others() == ()
    place.tidy()
    assert not gone.exists()


def test_of_a_link_to_another_disk_the_link_is_removed(place: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine.txt").write_text("mine")
    place.wheels.symlink_to(elsewhere)
    assert place.remove() == 0
    assert not place.wheels.is_symlink()
    assert (elsewhere / "mine.txt").is_file()


def test_a_pack_that_lost_a_library_or_failed_is_not_used_and_says_why(place: Place) -> None:
    put(place, problem="ImportError: no")
    assert "ImportError: no" in standing(place, "", DRIVER, CARD).words
    put(place)
    (place.folder / place.sheet.libraries[0]).unlink()
    found = standing(place, "", DRIVER, CARD)
    assert (found.state, found.used) == (State.PROBLEM, False)
    assert "libreal.so is missing" in found.words


def test_a_pack_of_another_torch_is_told_and_left_alone(place: Place) -> None:
    put(place)
    newer = replace(place, sheet=replace(place.sheet, torch="9.2.0"))
    found = standing(newer, "", DRIVER, CARD)
    assert (found.state, found.used) == (State.STALE, False)
    assert newer.others() == (place.folder,)


def test_the_stamp_changes_with_what_a_running_engine_would_not_see(place: Place) -> None:
    seen = {stamp(place.root)}
    put(place)
    seen.add(stamp(place.root))
    place.note_problem("no")
    seen.add(stamp(place.root))
    place.remove()
    assert len(seen) == 3
    assert stamp(place.root) in seen


def test_a_choice_of_a_newer_lacuna_stays_as_it_is(place: Place) -> None:
    (place.root / "choice.json").write_text('{"schema": 99, "use": "never"}')
    assert choice(place.root).use == "auto"
    with pytest.raises(InputError, match="newer Lacuna"):
        decide(place.root, use="never")


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_a_sheet_that_ships_is_of_our_torch_and_names_no_server(path: Path) -> None:
    sheet = read_sheet(path)
    project = tomllib.loads((resource().parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"torch=={sheet.torch}" in project["dependencies"]
    assert path.stem.endswith(sheet.python)
    assert {wheel.name for wheel in sheet.wheels} >= {"torch", "nvidia-cublas", "nvidia-cuda-runtime"}
    assert 2e9 < sheet.download_bytes < sheet.disk_bytes < 4.5e9
    assert "torch/lib/libtorch_python.so" in sheet.libraries
    assert "://" not in path.with_suffix(".txt").read_text("utf-8")


def test_the_sheet_of_this_python_is_found() -> None:
    found = sheet_for_this_system()
    known = {path.stem for path in SHEETS}
    assert (found is not None) == (f"{sys.platform}-x86_64-{python_tag()}" in known)


def test_a_pin_without_a_hash_is_refused(tmp_path: Path) -> None:
    sheet = SHEETS[0].read_text("utf-8")
    (tmp_path / "x.toml").write_text(sheet)
    (tmp_path / "x.txt").write_text("torch==2.13.0\n")
    with pytest.raises(ValueError, match="not a pin"):
        read_sheet(tmp_path / "x.toml")
