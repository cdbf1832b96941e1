"""What earlier versions wrote is read and goes on: the forms are those of the repository's history, field by field."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from core.jobs.queue import JobState, QueueFile
from core.jobs.spec import EraseSpec
from core.library.delta import delta_bytes
from core.library.gallery import Gallery
from core.library.knowledge import read_knowledge
from core.library.store import Library
from core.media.beside import keep_seen, kept_seen, read_sidecar, seen_file, sidecar
from core.models.licences import accepted
from core.models.offers import offer
from core.models.registry import Registry
from tests.core.library.samples import delta

ID = "20260102-pipwick-abc123"
FIRST: dict[str, Any] = {
    "schema": 1,
    "name": "Pipwick",
    "concept": "Pipwick",
    "kind": "character",
    "family": "starter",
    "base": "ab" * 32,
    "method": "guarded",
    "preset": "guarded",
    "settings": {"steps": 40},
    "strength": 0.9,
    "seed": 7,
    "prompt": "Pipwick hops in a meadow",
    "seconds": {"erasure": 12.5},
    "versions": {"torch": "2.13.0"},
    "id": ID,
    "created": "2026-01-02T03:04:05+00:00",
    "notes": "mine",
    "tags": ["a"],
}
"""A manifest of the first version, without its files."""
LATER: tuple[dict[str, Any], ...] = (
    {"concepts": ["Pipwick", "car"], "start": "20260101-car-abc123"},
    {"stars": 4, "source": "", "recipe": {"quick": True}},
    {"encoder_family": "starter"},
)
"""What each later version has added to it."""


def old_library(root: Path, fields: dict[str, Any]) -> Library:
    """A library of an earlier version: one entry with these fields, and no index."""
    folder = root / "entries" / ID
    folder.mkdir(parents=True)
    files = {"delta.safetensors": delta_bytes(delta()), "scorecard.json": b'{"concept": "Pipwick", "hosts": {}}'}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    (folder / "manifest.json").write_text(json.dumps({**fields, "files": hashes}), "utf-8")
    return Library(root)


@pytest.mark.parametrize("count", range(len(LATER) + 1))
def test_an_entry_of_every_earlier_version_is_sound_and_can_be_changed(tmp_path: Path, count: int) -> None:
    fields = dict(FIRST)
    for added in LATER[:count]:
        fields |= added
    library = old_library(tmp_path / "library", fields)
    entry = library.get("Pipwick")
    assert (entry.damage, entry.newer, library.verify()) == ("", False, [])
    assert entry.manifest is not None
    assert entry.manifest.kin == "starter"
    assert set(library.load_delta(ID)) == set(delta())
    assert library.annotate(ID, stars=2).name == "Pipwick"
    assert library.rows()[0].stars == 2
    written = json.loads((entry.folder / "manifest.json").read_text("utf-8"))
    assert {**written, "stars": 2, "files": 0} == {**written, **fields, "stars": 2, "files": 0}


def test_an_index_of_an_earlier_version_is_made_anew(tmp_path: Path) -> None:
    library = old_library(tmp_path / "library", FIRST)
    with sqlite3.connect(library.root / "index.sqlite") as db:
        db.execute("CREATE TABLE entry (place TEXT, id TEXT)")
        db.execute("PRAGMA user_version = 1")
    db.close()
    assert [row.name for row in library.rows()] == ["Pipwick"]


def test_jobs_of_the_first_queue_wait_on(tmp_path: Path) -> None:
    spec = {"job": "erase", "concept": "Pipwick", "preset": "guarded", "host": "animatediff", "quick": True}
    job = {"spec": spec, "key": "ab", "state": "queued", "created": "2026-01-02T03:04:05+00:00"}
    (tmp_path / "queue.json").write_text(json.dumps({"schema": 1, "saved": "", "jobs": [job]}), "utf-8")
    file = QueueFile(tmp_path)
    (found,) = file.open()
    file.close()
    assert (found.state, found.spec, file.note) == (JobState.QUEUED, EraseSpec("Pipwick", host="animatediff"), "")


def test_the_first_list_of_models_is_read(tmp_path: Path) -> None:
    judge = {"path": str(tmp_path / "judge.safetensors"), "layout": "folder", "architecture": ""}
    listed = {"id": "clip", "title": "CLIP", "role": "judge", "family": "", "sources": {"judge": judge}}
    more = {"licence": "", "catalogue": "", "host": None, "settings": {}, "files": {}}
    (tmp_path / "models.json").write_text(json.dumps({"schema": 1, "components": [{**listed, **more}]}), "utf-8")
    assert [component.title for component in Registry(tmp_path).components()] == ["CLIP"]


def test_what_had_no_schema_is_of_the_first(tmp_path: Path) -> None:
    accepting = {"id": "sd15", "licence": offer("sd15").licence.name, "time": "2026-01-02"}
    (tmp_path / "licences.json").write_text(json.dumps({"accepted": [accepting]}), "utf-8")
    assert accepted(offer("sd15"), tmp_path)
    rate = {"value": 1.0, "n": 12, "low": 0.7, "high": 1.0}
    known = {"name": "car", "kind": "object", "verdict": "known", "seen_as": "", "rate": rate, "chance": 0.1, "seed": 0}
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge/starter.json").write_text(json.dumps({"base": "", "concepts": [known]}), "utf-8")
    assert list(read_knowledge(tmp_path, "starter")) == ["car"]


def test_descriptions_beside_clips_had_no_schema_and_get_one(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    gallery.folder.mkdir()
    clip = gallery.folder / "a.webm"
    clip.write_bytes(b"clip")
    sidecar(clip).write_text('{"prompt": "a car", "seed": 3}', "utf-8")
    seen_file(clip).write_text('{"concept": "car", "seen": [0.5], "bytes": 4}', "utf-8")
    assert (gallery.find("a.webm").prompt, kept_seen(clip)) == ("a car", {"concept": "car", "seen": [0.5]})
    gallery.star("a.webm")
    keep_seen(clip, "car", [1.0])
    assert json.loads(sidecar(clip).read_text("utf-8")) == {"prompt": "a car", "seed": 3, "starred": True, "schema": 1}
    assert json.loads(seen_file(clip).read_text("utf-8"))["schema"] == 1
    assert read_sidecar(clip) == {"prompt": "a car", "seed": 3, "starred": True}
