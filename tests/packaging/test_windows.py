from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "packaging" / "windows"
SCRIPT = (FOLDER / "lacuna.iss").read_text("utf-8")
FILES_FLAGS = {"recursesubdirs", "createallsubdirs", "ignoreversion"}
RUN_FLAGS = {"nowait", "postinstall", "skipifsilent"}
OTHER_FLAGS = {"unchecked", "uninsdeletevalue", "uninsdeletekeyifempty", "uninsdeletekey"}


def section(name: str) -> list[str]:
    """The lines of a section that are neither empty nor comments or the preprocessor's."""
    text = SCRIPT.partition(f"\n[{name}]\n")[2].partition("\n[")[0]
    return [line for line in text.splitlines() if line and line[0] not in ";#"]


def setup() -> dict[str, str]:
    return dict(line.split("=", 1) for line in section("Setup"))


def test_windows_knows_every_version_as_the_same_program() -> None:
    assert setup()["AppId"] == "{{6C2B7F0E-53B4-4C0B-9E0C-2E2B64C1D7A5}"


def test_the_version_comes_from_outside_alone() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    without_comments = "\n".join(line for line in SCRIPT.splitlines() if not line.startswith(";"))
    assert version not in without_comments
    assert "#ifndef Version\n  #error" in SCRIPT
    assert setup()["AppVersion"] == setup()["VersionInfoVersion"] == "{#Version}"


def test_it_asks_for_no_administrator_and_writes_for_one_person_only() -> None:
    assert setup()["PrivilegesRequired"] == "lowest"
    assert setup()["DefaultDirName"].startswith("{autopf}")
    assert {line.partition(";")[0] for line in section("Registry")} == {"Root: HKCU"}


def test_a_payload_too_large_for_one_program_is_cut() -> None:
    cut = SCRIPT.partition('#if Variant == "cuda"\n')[2].partition("#endif")[0]
    slices = dict(line.split("=") for line in cut.splitlines())
    assert slices["DiskSpanning"] == "yes"
    assert 262_144 < int(slices["DiskSliceSize"]) <= 2_100_000_000


def test_every_file_of_the_checkout_that_it_names_is_there_or_made_by_our_scripts() -> None:
    named = {path.replace("\\", "/") for path in re.findall(r"=(\.\.\\\S+)", SCRIPT)}
    made = {"../../build/icons/lacuna.ico"}
    assert made < named
    assert all((FOLDER / path).is_file() for path in named - made)
    assert 'default=Path("build/icons")' in (ROOT / "packaging/icons.py").read_text("utf-8")


def test_its_flags_are_inno_setups() -> None:
    flags = {flag for told in re.findall(r"Flags: ([\w ]+)", SCRIPT) for flag in told.split()}
    assert flags == FILES_FLAGS | RUN_FLAGS | OTHER_FLAGS


def test_uninstalling_touches_no_data_of_a_person() -> None:
    assert "[UninstallDelete]" not in SCRIPT
    assert {re.findall(r'Name: "([^"]+)"', line)[0] for line in section("InstallDelete")} == {r"{app}\_internal"}
    assert "lacuna-data" in section("Files")[0]


def test_its_own_words_are_there_in_both_languages() -> None:
    words = [line.split("=", 1)[0].split(".", 1) for line in section("CustomMessages")]
    english, german = ({name for code, name in words if code == wanted} for wanted in ("en", "de"))
    used = {*re.findall(r"\{cm:(\w+)\}", SCRIPT), *re.findall(r"CustomMessage\('(\w+)'\)", SCRIPT)}
    assert english == german == used
