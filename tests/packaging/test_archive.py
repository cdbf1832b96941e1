from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from archive import systems, write_launcher
from elf import Needs

from core.hardware.software import lacuna_version
from tests.packaging.bundles import make_bundle, packed

PLACES = ("Größe & Übung", 'a "quoted" $HOME `id` %f \\ path')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archive")


@pytest.fixture(scope="module")
def archive(folder: Path) -> Path:
    return packed("archive", make_bundle(folder / "bundle"), folder / "out")


@pytest.fixture(params=PLACES)
def unpacked(request: pytest.FixtureRequest, archive: Path, tmp_path: Path) -> Path:
    place = tmp_path / request.param
    place.mkdir()
    subprocess.run(("tar", "-xf", str(archive), "-C", str(place)), check=True)
    return place / f"lacuna-{lacuna_version()}"


def run(*command: str | Path, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), **more}
    return subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True)


def test_the_launcher_hands_its_arguments_on_from_any_folder_and_through_links(unpacked: Path, tmp_path: Path) -> None:
    link, second = tmp_path / "link", tmp_path / "bin" / "lacuna"
    link.symlink_to(unpacked / "lacuna.sh")
    second.parent.mkdir()
    second.symlink_to("../link")
    for start in (unpacked / "lacuna.sh", link, second):
        done = run(start, "eine Datei.lacuna", "*", home=tmp_path)
        assert (done.stdout, done.returncode) == ("eine Datei.lacuna *\n", 0), done.stderr


def test_a_system_that_is_too_old_is_told_so(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    write_launcher(bundle, Needs({}, (99, 0)))
    done = run(bundle / "lacuna.sh", home=tmp_path)
    here = os.confstr("CS_GNU_LIBC_VERSION")
    assert done.returncode == 3
    assert done.stderr.startswith(f"lacuna: This system has {here}, and Lacuna needs 99.0 or newer.")
    assert not done.stdout


@pytest.mark.parametrize(("need", "runs"), [((2, 4), True), ((2, 100), False), ((1, 999), True), ((3, 0), False)])
def test_versions_are_compared_as_numbers(tmp_path: Path, need: tuple[int, int], runs: bool) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    write_launcher(bundle, Needs({}, need))
    assert (run(bundle / "lacuna.sh", home=tmp_path).returncode == 0) is runs


def test_the_launcher_names_the_first_systems_that_are_new_enough() -> None:
    assert systems((2, 36)) == ("Debian 12, Ubuntu 22.10, Fedora 37, openSUSE Leap 15.6 or Red Hat Enterprise Linux 10")
    assert systems((99, 0)) == "a newer system"


def test_the_menu_entry_starts_the_program_where_it_lies_and_goes_again(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    kept = home / ".local/share/applications/other.desktop"
    kept.parent.mkdir(parents=True)
    kept.write_text("[Desktop Entry]")
    assert run(unpacked / "install.sh", home=home).returncode == 0
    entry = (kept.parent / "lacuna.desktop").read_text("utf-8")
    assert started(entry) == f"{unpacked}/lacuna.sh"
    assert (home / ".local/share/icons/hicolor/48x48/apps/lacuna.png").is_file()
    assert run(home / ".local/bin/lacuna", "hello", home=home).stdout == "hello\n"
    assert run(unpacked / "install.sh", "--remove", home=home).returncode == 0
    left = [path for path in home.rglob("*") if "lacuna" in path.name or path.is_symlink()]
    assert not left
    assert kept.is_file()


def started(entry: str) -> str:
    """The program of a desktop entry, read as https://specifications.freedesktop.org/desktop-entry-spec says."""
    line = next(line for line in entry.splitlines() if line.startswith("Exec=")).removeprefix("Exec=")
    assert line.endswith('" %f')
    value = line.removesuffix(" %f").removeprefix('"').removesuffix('"')
    for masked, plain in (("\\\\", "\\"), ("%%", "%")):
        value = value.replace(masked, plain)
    for sign in '"`$\\':
        value = value.replace(f"\\{sign}", sign)
    return value


def test_another_program_called_lacuna_is_left_alone(archive: Path, tmp_path: Path) -> None:
    subprocess.run(("tar", "-xf", str(archive), "-C", str(tmp_path)), check=True)
    other = tmp_path / ".local/bin/lacuna"
    other.parent.mkdir(parents=True)
    other.write_text("mine")
    script = tmp_path / f"lacuna-{lacuna_version()}" / "install.sh"
    assert run(script, home=tmp_path).returncode == 0
    assert run(script, "--remove", home=tmp_path).returncode == 0
    assert other.read_text() == "mine"


def test_a_link_of_another_program_is_left_alone(unpacked: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    link = home / ".local/bin/lacuna"
    link.parent.mkdir(parents=True)
    link.symlink_to("/bin/true")
    assert run(unpacked / "install.sh", home=home).returncode == 0
    assert link.readlink() == Path("/bin/true")


def test_an_older_copy_does_not_take_a_newer_one_out_of_the_menu(unpacked: Path, tmp_path: Path) -> None:
    home, newer = tmp_path / "home", unpacked.with_name("newer \\ one")
    shutil.copytree(unpacked, newer, symlinks=True)
    for folder in (unpacked, newer):
        assert run(folder / "install.sh", home=home).returncode == 0
    assert str(newer) in run(unpacked / "install.sh", "--remove", home=home).stdout
    entry = home / ".local/share/applications/lacuna.desktop"
    assert started(entry.read_text("utf-8")) == f"{newer}/lacuna.sh"
    assert (home / ".local/bin/lacuna").exists()
    shutil.rmtree(newer)
    assert run(unpacked / "install.sh", "--remove", home=home).returncode == 0
    assert not entry.exists()


def test_what_a_portable_run_left_in_the_bundle_stays_out(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    (bundle / "portable").touch()
    (bundle / "lacuna-data").mkdir()
    (bundle / "_internal" / "portable").touch()
    made = packed("archive", bundle, tmp_path / "out")
    names = subprocess.run(("tar", "-tf", str(made)), capture_output=True, text=True, check=True).stdout.split()
    assert [name.partition("/")[2] for name in names if "portable" in name] == ["_internal/portable"]
    assert not [name for name in names if "lacuna-data" in name]


def test_two_archives_from_one_bundle_are_the_same_bytes(archive: Path, folder: Path) -> None:
    assert packed("archive", folder / "bundle", folder / "again").read_bytes() == archive.read_bytes()
