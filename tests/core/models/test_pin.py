"""A sheet that pins nothing is pinned from the hub's list, and its comments are kept."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from core.models.hub import resolve
from core.models.offers import read_offer
from core.models.pin import main, pinned
from tests.core.models.shelf import BIG, FILES, SHEET, ready
from tests.server import COMMIT, serving

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


def test_a_sheet_is_pinned_and_needs_no_list_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "small.toml"
    path.write_text(f"# Mine.\n{SHEET}", "utf-8")
    with serving(FILES) as server:
        ready(monkeypatch, server.url)
        path.write_text(pinned(read_offer(path), path), "utf-8")
        found = read_offer(path)
        asked = len(server.asked)
        record = resolve(found, "")
        assert len(server.asked) == asked
    assert path.read_text("utf-8").startswith("# Mine.\n")
    assert found.pinned
    assert (found.revision, found.bytes) == (COMMIT, len(BIG) + 12)
    assert record.files[0].sha256 == hashlib.sha256(BIG).hexdigest()
    assert record.files[1].sha256 == hashlib.sha256(FILES["unet/config.json"]).hexdigest()


def test_another_name_takes_the_place_of_the_wanted_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "small.toml"
    ours = 'path = "unet/model.fp16.safetensors", to = "unet/model.safetensors"'
    wanted = 'path = "unet/other.safetensors", alternatives = ["unet/model.fp16.safetensors"]'
    path.write_text(SHEET.replace(ours, wanted), "utf-8")
    with serving(FILES) as server:
        ready(monkeypatch, server.url)
        path.write_text(pinned(read_offer(path), path), "utf-8")
    file = read_offer(path).files[0]
    assert (file.path, file.place, file.alternatives) == (
        "unet/model.fp16.safetensors",
        "unet/other.safetensors",
        (),
    )


def test_a_repository_that_is_gone_leaves_the_sheet_as_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(FILES) as server:
        ready(monkeypatch, server.url)
        assert main(["modelscope"]) == 3
    assert capsys.readouterr().err.startswith("modelscope: “ali-vilab/text-to-video-ms-1.7b” is not there")
