"""The catalogue: every family and host is complete, and a wrong name is answered with the right ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputError, LacunaError
from core.models.catalogue import FamilyCard, HostCard, families, family_card
from core.settings import overriding


@pytest.mark.parametrize("card", families(), ids=lambda card: card.name)
def test_a_family_makes_stills_and_clips_and_says_how(card: FamilyCard) -> None:
    assert card.host("still").frames == 1
    assert len(card.video_hosts) >= 2
    assert card.tokens > 0
    assert card.title
    assert card.licence


@pytest.mark.parametrize("host", [host for card in families() for host in card.hosts], ids=lambda host: host.name)
def test_a_host_has_defaults_that_make_a_picture(host: HostCard) -> None:
    assert min(host.frames, host.fps, host.size, host.steps) >= 1
    assert host.guidance > 1
    assert "unet" in host.folders


def test_every_part_of_a_host_lies_in_its_family() -> None:
    missing = [
        folder
        for card in families()
        for host in card.hosts
        for folder in host.folders.values()
        if not (card.folder / folder).is_dir()
    ]
    assert missing == []


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no model “nobody”.*starter"):
        family_card("nobody")
    with pytest.raises(InputError, match=r"no host “cinema”.*still, animatediff, text2video"):
        family_card("starter").host("cinema")


def test_a_broken_list_of_models_does_not_take_the_bundled_pair_away(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text("{")
    with overriding(models=str(tmp_path)):
        assert family_card("starter").bundled
        with pytest.raises(LacunaError, match="list of models"):
            families()


def test_a_model_on_offer_is_told_from_one_that_nobody_knows() -> None:
    with pytest.raises(InputError, match=r"no model “sd15”.*on offer.*Models page.*starter"):
        family_card("sd15")
    with pytest.raises(InputError) as caught:
        family_card("nobody")
    assert "on offer" not in str(caught.value)
