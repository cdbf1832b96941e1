"""The catalogue: every sheet is sound, safe and complete, and a person's own stand beside the bundled ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import FailureKind, InputError, LacunaError
from core.models.catalogue import FAMILIES, assembled, sheet
from core.models.component import Component, Layout, Role
from core.models.hub import site_of
from core.models.offers import SUFFIXES, Offer, offer, offers
from core.models.recipe import architectures
from core.models.registry import Registry
from tests.core.models.shelf import SHEET, small

WANTED = {
    "sd15",
    "sd15-fp32",
    "sd21",
    "sd21-base",
    "sdxl-base",
    "animatediff-v1-5-2",
    "animatediff-v1-5-3",
    "animatelcm",
    "animatediff-lightning-4",
    "animatediff-lightning-8",
    "animatediff-sdxl-beta",
    "modelscope",
    "zeroscope-576w",
    "zeroscope-xl",
    "clip-judge",
}
PINNED = {"sd15", "sd15-fp32", "sd21", "sdxl-base"}
HEX = set("0123456789abcdef")


@pytest.fixture(params=sorted(WANTED))
def found(request: pytest.FixtureRequest) -> Offer:
    return offer(request.param)


def test_all_are_offered_and_models_come_first() -> None:
    assert {found.id for found in offers()} == WANTED
    assert [found.role for found in offers()][:2] == [Role.BASE, Role.BASE]
    assert {found.id for found in offers() if found.pinned} == PINNED


def test_a_sheet_fetches_safe_files_only_and_each_has_one_place(found: Offer) -> None:
    places = [file.place for file in found.files]
    assert len(set(places)) == len(places)
    assert len({place.casefold() for place in places}) == len(places)
    for file in found.files:
        assert Path(file.place).suffix in SUFFIXES
        assert not file.sha256 or (len(file.sha256) == 64 and set(file.sha256) <= HEX)
        assert Path(file.path).suffix == Path(file.place).suffix


def test_every_part_is_among_the_files_with_a_configuration(found: Offer) -> None:
    places = {file.place for file in found.files}
    for source in found.parts.values():
        if source.layout is Layout.FILE:
            assert source.path.as_posix() in places
            assert not source.architecture or source.architecture in architectures()
        else:
            inside = {place for place in places if Path(place).is_relative_to(source.path)}
            assert any(Path(place).suffix == ".json" for place in inside)


def test_a_sheet_says_what_it_is_and_under_which_terms(found: Offer) -> None:
    assert found.title
    assert found.summary.endswith(".")
    assert found.licence.name
    assert found.licence.url.startswith("https://")
    assert len(found.licence.summary) > 60
    assert found.family in (("",) if found.role is Role.JUDGE else FAMILIES)
    assert found.about_bytes > 500_000_000
    assert not found.pinned or abs(found.bytes - found.about_bytes) < 0.01 * found.bytes
    for mirror in found.mirrors:
        assert site_of(mirror).name


def test_a_host_takes_its_parts_from_what_is_there(found: Offer) -> None:
    if found.host is None:
        assert found.role in (Role.BASE, Role.JUDGE)
        return
    for place in found.host.folders.values():
        assert not place.startswith("./") or place[2:] in found.parts
    assert found.host.frames in (16, 24)
    assert found.host.most_frames in (0, 32)


def test_what_an_offer_makes_joins_a_model_of_its_family(tmp_path: Path) -> None:
    base = offer("sd15").component(tmp_path / "sd15", {"revision": "x"})
    motion = offer("animatelcm").component(tmp_path / "animatelcm", {})
    judge = offer("clip-judge").component(tmp_path / "clip-judge", {})
    card = assembled(base, (base, motion, judge))
    assert [host.name for host in card.hosts][-1] == "animatelcm"
    assert card.host("animatelcm").folders["lora"] == "animatelcm/lora"
    assert card.source("animatelcm/lora").path == tmp_path / "animatelcm/lora/AnimateLCM_sd15_t2v_lora.safetensors"
    assert card.source("judge").path == tmp_path / "clip-judge/judge"
    assert card.settings["revision"] == "x"
    assert card.hosts[: len(sheet("sd1").hosts)] == sheet("sd1").hosts


def test_a_model_for_larger_pictures_makes_them(tmp_path: Path) -> None:
    for name, size in (("sd21", 768), ("sd21-base", 512)):
        assert assembled(offer(name).component(tmp_path, {}), ()).host("still").size == size


def test_a_component_survives_the_list(tmp_path: Path, found: Offer) -> None:
    made = found.component(tmp_path / found.id, {"sha256": {"a.json": "0"}})
    Registry(tmp_path).add(made)
    kept: Component | None = Registry(tmp_path).get(found.id)
    assert kept == made


def test_a_persons_own_sheets_stand_beside_and_in_place_of_ours(tmp_path: Path) -> None:
    assert small(tmp_path).title == "Small"
    small(tmp_path, SHEET.replace('id = "small"', 'id = "sd15"').replace('"Small"', '"Ours"'), "sd15")
    assert offer("sd15", tmp_path).title == "Ours"
    assert len(offers(tmp_path)) == len(WANTED) + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('path = "unet/config.json"', 'path = "../config.json"'),
        ('path = "unet/config.json"', 'path = "/etc/config.json"'),
        ('path = "unet/config.json"', 'path = "unet/model.bin"'),
        ('to = "unet/model.safetensors"', 'to = "unet/model.py"'),
        ('unet = "unet"', 'unet = "../unet"'),
        ('unet = "unet"', 'unet = "/unet"'),
        ('role = "base"', 'role = "king"'),
        ('id = "small"', 'id = "other"'),
        ("[licence]", "[license]"),
        ("about_bytes", "bytes_about"),
        ("[parts]", "[parts"),
    ],
)
def test_a_sheet_that_would_do_harm_or_is_broken_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(LacunaError, match="sheet of a model") as raised:
        small(tmp_path, SHEET.replace(old, new))
    assert raised.value.kind is FailureKind.DAMAGED
    assert "small.toml" in raised.value.what


def test_an_unknown_offer_lists_those_there_are() -> None:
    with pytest.raises(InputError, match=r"No model “x” is offered.*sd15"):
        offer("x")
