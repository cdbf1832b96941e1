from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.errors import FailureKind, InputError, LacunaError
from core.library.manifest import Fit, Manifest, is_safe_path, manifest_text, require_base, transfer_note
from tests.core.library.samples import manifest


def test_a_manifest_survives_json() -> None:
    full = replace(manifest(), id="x", created="2026-01-01", notes="n", tags=("a", "b"), files={"a/b.png": "0" * 64})
    assert Manifest.from_dict(json.loads(manifest_text(full))) == full


def test_optional_fields_may_be_absent() -> None:
    data = manifest().to_dict()
    for name in ("notes", "tags", "files", "id", "created"):
        del data[name]
    assert Manifest.from_dict(data) == manifest()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", True),
        ("seed", 1.5),
        ("strength", "1"),
        ("settings", []),
        ("seconds", {"a": "b"}),
        ("versions", {"torch": 2}),
        ("tags", "tag"),
        ("tags", [1]),
        ("files", {"a": "short"}),
        ("prompt", None),
        ("notes", "x" * 20_001),
    ],
)
def test_a_field_of_the_wrong_type_is_named(field: str, value: object) -> None:
    with pytest.raises(LacunaError, match=field) as caught:
        Manifest.from_dict({**manifest().to_dict(), field: value})
    assert caught.value.kind is FailureKind.DAMAGED


def test_nothing_is_written_that_could_not_be_read() -> None:
    with pytest.raises(InputError, match="notes"):
        manifest_text(replace(manifest(), notes="x" * 20_001))


@pytest.mark.parametrize("path", ["", "/a", "../a", "a/../b", "a//b", "./a", "a\\b", "C:a", "a\0b", "a/"])
def test_unsafe_paths(path: str) -> None:
    assert not is_safe_path(path)


@pytest.mark.parametrize("path", ["a", "previews/before-animatediff.webm.json", "..a/b"])
def test_safe_paths(path: str) -> None:
    assert is_safe_path(path)


def test_an_entry_goes_onto_its_own_base_or_is_carried_over_within_its_family() -> None:
    made = replace(manifest(), family="sd15", encoder_family="sd1", base="a" * 64)
    assert require_base(made, "a" * 64, "Mine") is Fit.EXACT
    assert require_base(made, "b" * 64, "Mine", "sd1") is Fit.TRANSFER
    assert "sd15" in transfer_note(made, "Mine")
    for family in ("", "sd2"):
        with pytest.raises(LacunaError, match="another text encoder") as caught:
            require_base(made, "b" * 64, "Mine", family)
        assert caught.value.kind is FailureKind.DAMAGED


def test_an_older_manifest_is_of_the_family_of_its_model() -> None:
    assert manifest().kin == manifest().family
