"""Rows that come, go, move and change: views are told exactly, whatever happens at once."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from core.library.row import Row
from gui.state.row_list import Index, RowList


class Names(RowList[Row]):
    """Rows by name."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__()
        self.rows = rows

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self.rows[index.row()].name if role == Qt.ItemDataRole.DisplayRole else None


def row(number: int, version: int = 0) -> Row:
    return Row(f"id-{number}", f"{number} in version {version}")


@pytest.mark.parametrize("seed", range(20))
def test_indexes_follow_their_rows_through_any_change(seed: int, qtmodeltester: ModelTester) -> None:
    draw = random.Random(seed)
    model = Names([row(n) for n in range(30)])
    for version in range(1, 15):
        held = {at.id: QPersistentModelIndex(model.index(place)) for place, at in enumerate(model.rows)}
        wanted = draw.sample(range(60), draw.randrange(1, 50))
        if draw.random() < 0.5:
            wanted.sort()
        known = {at.id: at for at in model.rows}
        new = [row(n, version) if draw.random() < 0.3 else known.get(f"id-{n}", row(n, version)) for n in wanted]
        model.set_rows(new)
        assert model.rows == new
        for id, index in held.items():
            stays = any(at.id == id for at in new)
            assert index.isValid() is stays
            assert not stays or model.rows[index.row()].id == id
    qtmodeltester.check(model, force_py=True)


def test_what_stays_and_did_not_change_is_not_told() -> None:
    model = Names([row(n) for n in range(6)])
    told: list[tuple[str, int, int]] = []

    def note(what: str, first: int, last: int) -> None:
        told.append((what, first, last))

    model.rowsRemoved.connect(lambda _, first, last: note("gone", first, last))
    model.rowsInserted.connect(lambda _, first, last: note("come", first, last))
    model.dataChanged.connect(lambda first, last, _: note("changed", first.row(), last.row()))
    old = model.rows
    model.set_rows([row(9), old[0], old[1], row(4, 1), row(5, 1)])
    assert told == [("gone", 2, 3), ("changed", 2, 3), ("come", 0, 0)]
    model.set_rows(list(model.rows))
    assert len(told) == 3


def test_many_scattered_changes_are_told_as_one() -> None:
    model = Names([row(n) for n in range(1000)])
    resets: list[QModelIndex] = []
    model.modelReset.connect(lambda: resets.append(QModelIndex()))
    model.set_rows([row(n) for n in range(0, 1000, 2)])
    model.set_rows([])
    model.set_rows([])
    assert (model.rowCount(), len(resets)) == (0, 3)
