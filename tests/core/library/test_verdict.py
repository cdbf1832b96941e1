from __future__ import annotations

from typing import Any

import pytest

from core.library.verdict import has_passed, seen_rates


def card(**hosts: tuple[float, float | None]) -> dict[str, Any]:
    """A scorecard of each host's rate after the erasure and share of neighbours kept."""
    made: dict[str, Any] = {}
    for name, (seen, kept) in hosts.items():
        made[name] = {"original": {"direct": {"value": 0.9}}, "erased": {"direct": {"value": seen}}, "retained": {}}
        if kept is not None:
            made[name]["retained"]["neighbours"] = {"value": kept}
    return {"hosts": made}


@pytest.mark.parametrize(
    ("seen", "kept", "expected"),
    [(0.05, 0.95, True), (0.06, 1.0, False), (0.0, 0.94, False), (0.0, None, True), (0.0, 1.05, True)],
)
def test_passed_is_little_seen_and_neighbours_kept(seen: float, kept: float | None, expected: bool) -> None:
    assert has_passed(card(still=(seen, kept))) is expected


def test_pictures_decide_where_they_were_judged() -> None:
    assert has_passed(card(animatediff=(0.5, 1.0), still=(0.0, 1.0))) is True
    assert has_passed(card(animatediff=(0.5, 1.0))) is False


def test_rates_are_those_of_clips_where_there_are_any() -> None:
    assert seen_rates(card(still=(0.01, 1.0), animatediff=(0.2, 1.0))) == (0.9, 0.2)
    assert seen_rates(card(still=(0.01, 1.0))) == (0.9, 0.01)


STRANGE: list[Any] = [
    None,
    {},
    {"hosts": []},
    {"hosts": {"still": None}},
    {"hosts": {"still": {"erased": {"direct": {"value": "0.1"}}}}},
    {"hosts": {"still": {"erased": {"direct": {"value": True}}}}},
    {"hosts": {"still": {"erased": {"direct": {"value": 10**400}}}}},
]


@pytest.mark.parametrize("strange", STRANGE)
def test_what_was_not_measured_is_neither_passed_nor_failed(strange: Any) -> None:
    assert has_passed(strange) is None
    assert seen_rates(strange) == (None, None)
