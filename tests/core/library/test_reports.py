"""Reports of probes in the library: whole or absent, listed, in order, and nothing strange goes in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import InputError, LacunaError
from core.library.reports import read_report
from core.library.store import Library
from core.media.clip import write_picture
from tests.core.library.samples import add, leftovers

REPORT: dict[str, Any] = {"concept": "Pipwick", "complete": True, "probes": []}


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small PNG outside the library."""
    return write_picture(tmp_path / "made.png", np.zeros((4, 4, 3), np.uint8), {})


def test_a_report_is_kept_with_its_pictures_and_vouched_for(library: Library, picture: Path) -> None:
    entry = library.add_report(add(library).id, REPORT, {"direct-1-before.png": picture})
    (path,) = entry.reports
    assert read_report(path) == {**REPORT, "schema": 1, "id": path.parent.name}
    assert path.parent.joinpath("direct-1-before.png").read_bytes() == picture.read_bytes()
    assert {f"reports/{path.parent.name}/{file}" for file in ("report.json", "direct-1-before.png")} <= set(
        entry.manifest.files if entry.manifest else ()
    )
    assert (library.verify(), entry.previews, leftovers(library.root)) == ([], {}, [])


def test_the_newest_comes_first_and_earlier_ones_stay(library: Library) -> None:
    entry = add(library)
    for k in range(3):
        entry = library.add_report(entry.id, {**REPORT, "seed": k}, {})
    assert [read_report(path)["seed"] for path in entry.reports] == [2, 1, 0]


def test_a_changed_report_is_found_and_a_link_is_no_report(library: Library, tmp_path: Path) -> None:
    entry = library.add_report(add(library).id, REPORT, {})
    path = entry.reports[0]
    path.write_text('{"schema": "one"}')
    assert [problem.file for problem in library.verify()] == [f"reports/{path.parent.name}/report.json"]
    with pytest.raises(LacunaError, match="schema"):
        read_report(path)
    path.unlink()
    path.symlink_to(tmp_path / "made.png")
    assert library.get(entry.id).reports == []


def test_only_listed_reports_count_and_what_a_kill_left_is_swept(library: Library) -> None:
    entry = add(library)
    for name in ("20260101-000000-000000", ".20260101-000000-000001.part"):
        folder = entry.folder / "reports" / name
        folder.mkdir(parents=True)
        folder.joinpath("report.json").write_text("{}")
    entry = library.get(entry.id)
    assert (entry.reports, entry.damage) == ([], "")
    assert len(library.add_report(entry.id, REPORT, {}).reports) == 1
    assert leftovers(library.root) == []


@pytest.mark.parametrize("name", ["../out.png", "a/b.png", ".png", "report.json", "a.webm", "a.PNG", "x" * 70 + ".png"])
def test_strange_names_are_refused(library: Library, picture: Path, name: str) -> None:
    entry = add(library)
    with pytest.raises(InputError):
        library.add_report(entry.id, REPORT, {name: picture})
    assert not (entry.folder / "reports").exists()


def test_links_and_values_without_a_word_in_json_are_refused(library: Library, picture: Path) -> None:
    entry, link = add(library), picture.with_name("link.png")
    link.symlink_to(picture)
    with pytest.raises(InputError):
        library.add_report(entry.id, REPORT, {"a.png": link})
    with pytest.raises(InputError):
        library.add_report(entry.id, {"seconds": float("nan")}, {})
    assert library.get(entry.id).reports == []
    assert library.verify() == []


def test_a_full_disk_leaves_no_part(library: Library, picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        path.write_bytes(data[:1])
        raise OSError(28, "No space left on device")

    entry = add(library)
    monkeypatch.setattr("core.library.reports.write_synced", full)
    with pytest.raises(LacunaError, match="disk is full"):
        library.add_report(entry.id, REPORT, {"a.png": picture})
    assert leftovers(library.root) == []
    assert library.get(entry.id).reports == []


def test_reports_go_to_the_trash_and_back_with_their_entry(library: Library) -> None:
    entry = library.add_report(add(library).id, REPORT, {})
    library.trash(entry.id)
    assert len(library.restore(entry.id).reports) == 1
