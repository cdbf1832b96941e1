from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.errors import InputError
from core.library.entry import ID
from core.library.naming import clean_name, free_name, new_id, usable_name

DAY = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("Pipwick (2)", "20260304-pipwick-2-"),
        ("Größe ../x", "20260304-groe-x-"),
        ("猫", "20260304-entry-"),
        ("a" * 90, "20260304-" + "a" * 40 + "-"),
    ],
)
def test_ids_are_plain(name: str, start: str) -> None:
    made = new_id(name, DAY)
    assert made.startswith(start)
    assert ID.fullmatch(made)


def test_ids_differ() -> None:
    assert len({new_id("x", DAY) for _ in range(50)}) == 50


def test_a_free_name_is_kept_and_a_taken_one_numbered() -> None:
    assert free_name("A", []) == "A"
    assert free_name("A", ["a", "A (2)", "A (4)"]) == "A (3)"
    assert free_name("A (2)", ["A (2)"]) == "A (3)"


def test_a_long_name_is_cut_for_its_number() -> None:
    long = "x" * 100
    second = free_name(long, [long])
    assert second == f"{'x' * 96} (2)"
    assert free_name(second, [long, second]) == f"{'x' * 96} (3)"


@pytest.mark.parametrize(
    ("given", "expected"), [("a\x00b\n c", "a b c"), ("y" * 300, "y" * 100), ("\u202e", "?"), ("🦎 Größe", "🦎 Größe")]
)
def test_a_name_from_outside_is_made_usable(given: str, expected: str) -> None:
    assert usable_name(given) == expected


@pytest.mark.parametrize("name", ["👩\u200d🚀", "می\u200cخواهم", "مرحبا 🎬", "❤️"])
def test_names_may_hold_what_joins_letters_and_emoji(name: str) -> None:
    assert clean_name(name) == name
    assert usable_name(name) == name


@pytest.mark.parametrize("name", ["\u200d", "a\u202eb", "a\u0007b", " "])
def test_names_need_something_to_see_and_no_control_characters(name: str) -> None:
    with pytest.raises(InputError):
        clean_name(name)
