from __future__ import annotations

from pathlib import Path

import pytest
from elf import elf_files, needs, parse_version
from needed_packages import depends

from tests.packaging.bundles import make_bundle


def test_only_what_is_outside_is_needed(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    assert [path.name for path in elf_files(bundle)] == ["libz.so.1", "lacuna"]
    found = needs(bundle)
    assert not found.libraries
    assert (2, 17) <= found.glibc <= tuple(map(int, found.glibc_text.split(".")))


def test_a_library_outside_is_told_with_the_file_that_asks_and_its_package(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    gl = next(Path("/usr/lib").glob("*-linux-gnu/libGL.so.1")).resolve()
    (bundle / "_internal" / "libGL.so.1").write_bytes(gl.read_bytes())
    assert needs(bundle).libraries["libGLX.so.0"] == "libGL.so.1"
    assert "libglx0" in depends(bundle).split(", ")


def test_versions_are_numbers() -> None:
    assert parse_version("2.100") > parse_version("2.36") > parse_version("2.4")
    with pytest.raises(ValueError, match="invalid literal"):
        parse_version("2.x")
