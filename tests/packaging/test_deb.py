from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

import pytest
from checksums import write_sums, wrong

from core.hardware.software import lacuna_version
from tests.packaging.bundles import make_bundle, packed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("deb")


@pytest.fixture(scope="module")
def deb(folder: Path) -> Path:
    return packed("deb", make_bundle(folder / "bundle"), folder / "out")


def told(*command: str | Path) -> str:
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True).stdout


def test_the_package_says_what_it_is_and_needs(deb: Path) -> None:
    fields = dict(line.split(": ", 1) for line in told("dpkg-deb", "--field", deb).splitlines() if ": " in line[:20])
    assert deb.name == f"lacuna_{lacuna_version()}_amd64.deb"
    assert fields["Version"] == lacuna_version()
    assert fields["Depends"].startswith("libc6 (>= 2.")
    assert "zlib1g" not in fields["Depends"], "what is in the bundle is not asked for"
    assert int(fields["Installed-Size"]) > 100
    assert "font" in fields["Recommends"]


def test_everything_lies_where_a_desktop_looks_for_it_and_is_roots(deb: Path) -> None:
    lines = [line.split(maxsplit=5) for line in told("dpkg-deb", "--contents", deb).splitlines()]
    files = {words[5].removeprefix("./"): words for words in lines}
    assert {words[1] for words in lines} == {"root/root"}
    assert files["opt/lacuna/lacuna"][0] == "-rwxr-xr-x"
    assert files["opt/lacuna/_internal/libz.so.1"][0] == "-rw-r--r--"
    assert "usr/bin/lacuna -> /opt/lacuna/lacuna" in files
    assert "opt/lacuna/_internal/libz.so -> libz.so.1" in files
    wanted = {
        "usr/share/applications/lacuna.desktop",
        "usr/share/mime/packages/lacuna.xml",
        "usr/share/metainfo/lacuna.metainfo.xml",
        "usr/share/man/man1/lacuna.1.gz",
        "usr/share/doc/lacuna/copyright",
        "usr/share/doc/lacuna/changelog.gz",
        "usr/share/icons/hicolor/scalable/apps/lacuna.svg",
        *(f"usr/share/icons/hicolor/{size}x{size}/apps/lacuna.png" for size in (16, 22, 24, 32, 48, 64, 128, 256, 512)),
    }
    assert wanted <= files.keys()


def test_the_man_page_lists_the_commands_that_there_are(deb: Path, folder: Path) -> None:
    told("dpkg-deb", "--extract", deb, folder / "root")
    page = gzip.decompress((folder / "root/usr/share/man/man1/lacuna.1.gz").read_bytes()).decode()
    assert "\\fBerase\\fR" in page
    assert "\\fBlibrary list\\fR" in page
    assert "python main.py" not in page
    sums = told("dpkg-deb", "--info", deb, "md5sums")
    assert "  opt/lacuna/_internal/größe.txt\n" in sums


def test_two_packages_from_one_bundle_are_the_same_bytes(deb: Path, folder: Path) -> None:
    again = packed("deb", folder / "bundle", folder / "again")
    assert again.read_bytes() == deb.read_bytes()


def test_a_library_that_nobody_has_is_named(folder: Path) -> None:
    bundle = make_bundle(folder / "broken")
    program = (bundle / "lacuna").read_bytes()
    (bundle / "lacuna").write_bytes(program.replace(b"libc.so.6\0", b"liby.so.6\0"))
    with pytest.raises(pytest.fail.Exception, match=r"lacuna needs liby\.so\.6"):
        packed("deb", bundle, folder / "none")
    assert not list((folder / "none").glob("*"))


def test_what_is_no_bundle_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="is no bundle"):
        packed("deb", tmp_path / "nothing", tmp_path)


@pytest.mark.parametrize("script", ["archive", "deb"])
def test_a_bundle_whose_licences_were_not_looked_at_is_not_packed(tmp_path: Path, script: str) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    (bundle / "_internal/resources/licences.json").unlink()
    with pytest.raises(pytest.fail.Exception, match="no list of licences"):
        packed(script, bundle, tmp_path / "out")


def test_the_sums_notice_a_changed_and_a_missing_file(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("b.deb", "a.xz", "c.exe")]
    for file in files:
        file.write_text(file.name)
    sums = write_sums(files)
    assert [line.split("  ")[1] for line in sums.read_text().splitlines()] == ["a.xz", "b.deb", "c.exe"]
    subprocess.run(("sha256sum", "--check", "--status", sums.name), cwd=tmp_path, check=True)
    files[0].write_text("other")
    files[2].unlink()
    assert wrong(sums) == ["b.deb", "c.exe"]
