from __future__ import annotations

import random

import pytest

from core.errors import InputError
from core.library.query import ORDERS, Query
from core.library.row import Row

ROWS = [
    Row(
        "c",
        "Cyan",
        kind="style",
        family="starter",
        method="guarded",
        stars=5,
        passed=True,
        seen_after=0.02,
        tags=("A",),
    ),
    Row("b", "blue", kind="object", family="starter", method="instant", stars=0, passed=False, seen_after=0.4),
    Row("d", "Dun", kind="object", family="sd1", method="guarded", stars=3, damage="It is broken."),
    Row("a", "Amber", kind="person", family="sd1", method="stack", stars=3, missing=True),
]
"""The newest first."""


def found(query: Query) -> str:
    return "".join(row.id for row in query.select(ROWS))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(), "cbda"),
        (Query(kind="object"), "bd"),
        (Query(family="sd1", method="guarded"), "d"),
        (Query(tag="a"), "c"),
        (Query(stars=3), "cda"),
        (Query(verdict="passed"), "c"),
        (Query(verdict="failed"), "b"),
        (Query(verdict="unjudged"), "da"),
        (Query(state="sound"), "cb"),
        (Query(state="damaged"), "d"),
        (Query(state="missing"), "a"),
        (Query(sort="oldest"), "adbc"),
        (Query(sort="name"), "abcd"),
        (Query(sort="rating"), "cdab"),
        (Query(sort="seen"), "cbda"),
    ],
)
def test_every_field_narrows_or_orders(query: Query, expected: str) -> None:
    assert found(query) == expected
    assert query.narrows is (query.cleared != query)


def test_every_word_must_be_there_whatever_its_case() -> None:
    rows = [Row("1", "x", words="Größe\nein Farn im Regen".casefold()), Row("2", "y", words="ein farn")]
    assert [row.id for row in Query("GRÖSSE Farn").select(rows)] == ["1"]
    assert [row.id for row in Query(" farn ").select(rows)] == ["1", "2"]
    assert Query('% _ " OR 1=1').select(rows) == []


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_loses_nothing(order: str) -> None:
    draw = random.Random(0)
    rows = [Row(str(n), f"{draw.random()}", stars=draw.randrange(6), seen_after=draw.random()) for n in range(50)]
    assert sorted(Query(sort=order).select(rows)) == sorted(rows)


@pytest.mark.parametrize("query", [Query(sort="colour"), Query(verdict="maybe"), Query(state="tired")])
def test_a_word_that_means_nothing_is_refused(query: Query) -> None:
    with pytest.raises(InputError, match="cannot be looked for"):
        query.checked()
