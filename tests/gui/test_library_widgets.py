"""The small parts of the Library page: stars, the film under the pointer, and what stands for an entry in small."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from core.library.row import Row
from gui.state.entry_facts import shared_facts, shared_tags, together
from gui.state.entry_words import day_of, figures, told_row
from gui.state.library_model import LibraryModel
from gui.state.preview import preview_paths
from gui.state.thumbnails import Thumbnails
from gui.widgets.entry_view import EntryView
from gui.widgets.stars import Stars

LEFT = Qt.MouseButton.LeftButton
PATIENCE = 10_000


@pytest.fixture
def stars(qtbot: QtBot) -> Stars:
    """Three stars."""
    made = Stars()
    qtbot.addWidget(made)
    made.set_stars(3)
    made.show()
    return made


def test_stars_are_given_by_the_pointer_and_taken_off_by_the_same_click(stars: Stars, qtbot: QtBot) -> None:
    fifth = QPoint(stars.width() - 10, stars.height() // 2)
    with qtbot.waitSignal(stars.chosen) as told:
        qtbot.mouseClick(stars, LEFT, pos=fifth)
    assert told.args == [5]
    with qtbot.waitSignal(stars.chosen) as told:
        qtbot.mouseClick(stars, LEFT, pos=fifth)
    assert told.args == [0]


def test_stars_are_given_by_keys_and_told_in_words(stars: Stars, qtbot: QtBot) -> None:
    assert stars.accessibleName() == "Rating: 3 stars"
    given: list[int] = []
    stars.chosen.connect(given.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_1, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Right):
        qtbot.keyClick(stars, key)
    assert given == [4, 3, 1, 0, 5]
    assert stars.accessibleName() == "Rating: 5 stars"


def test_showing_a_rating_tells_nothing(stars: Stars, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(stars.chosen):
        stars.set_stars(1)
    assert stars.accessibleName() == "Rating: 1 star"


@pytest.fixture
def view(model: LibraryModel, qtbot: QtBot) -> Iterator[EntryView]:
    """The entries as cards."""
    pictures = Thumbnails()
    made = EntryView(model, pictures)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    yield made
    made.film.close()
    pictures.close()
    model.close()


def middle(view: EntryView) -> QPoint:
    """The middle of the first card's picture."""
    box = view.visualRect(view.model().index(0, 0))
    return QPoint(box.center().x(), box.top() + box.height() // 4)


def test_cards_fill_the_width_and_lines_take_it_all(view: EntryView) -> None:
    first, second = (view.visualRect(view.model().index(at, 0)) for at in (0, 1))
    assert first.top() == second.top()
    columns = view.viewport().width() // first.width()
    assert view.viewport().width() - columns * first.width() < 24
    view.set_listed(True)
    first, second = (view.visualRect(view.model().index(at, 0)) for at in (0, 1))
    assert second.top() == first.bottom() + 1
    assert first.width() == view.viewport().width()


def test_the_film_plays_under_the_pointer_and_stops_when_it_leaves(view: EntryView, qtbot: QtBot) -> None:
    qtbot.mouseMove(view.viewport(), middle(view))
    qtbot.waitUntil(lambda: view.film.image is not None, timeout=PATIENCE)
    assert view.film.key == view.model().index(0, 0).data(Qt.ItemDataRole.UserRole).id
    seen: set[int] = set()

    def look() -> bool:
        seen.add(hash(bytes(view.grab(view.visualRect(view.model().index(0, 0))).toImage().constBits())))
        return len(seen) >= 3

    qtbot.waitUntil(look, timeout=PATIENCE)
    qtbot.mouseMove(view.viewport(), QPoint(view.viewport().width() - 3, view.viewport().height() - 3))
    qtbot.waitUntil(lambda: view.film.image is None, timeout=PATIENCE)


def _pixel(view: EntryView, image: QImage) -> int:
    return image.pixel(view.viewport().mapTo(view, middle(view)))


def test_the_picture_appears_once_it_was_read(view: EntryView, qtbot: QtBot) -> None:
    empty = view.grab().toImage()
    qtbot.waitUntil(lambda: _pixel(view, view.grab().toImage()) != _pixel(view, empty), timeout=PATIENCE)


def test_before_and_after_stand_for_an_entry(model: LibraryModel) -> None:
    entry = model.entry(model.rows[0].id)
    assert [path.stem for path in preview_paths(entry)] == ["before-animatediff", "after-animatediff"]
    assert [path.stem for path in preview_paths(entry, "text2video")] == ["before-text2video", "after-text2video"]
    assert preview_paths(None) == ()
    model.close()


ROW = Row("1", "One", "car", ("car",), "object", "starter", created="2026-11-24T12:00:00+00:00")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Not judged yet"),
        ({"seen_before": 0.92, "seen_after": 0.05}, "Seen 92 % → 5 %"),
        ({"seen_after": 0.05}, "Seen 5 %"),
        ({"damage": "It is broken."}, "Damaged"),
        ({"damage": "It is newer.", "newer": True}, "Made by a newer Lacuna"),
        ({"missing": True, "damage": "x"}, "Its folder is gone"),
    ],
)
def test_what_came_of_an_entry_in_a_few_words(changes: dict[str, object], words: str) -> None:
    assert figures(ROW._replace(**changes)) == words
    assert told_row(ROW._replace(**changes)).endswith(words)


def test_a_day_that_is_no_time_stays_as_it_is() -> None:
    assert "2026" in day_of("2026-11-24T12:00:00+00:00")
    assert day_of("long ago, in a galaxy") == "long ago, "


def test_what_rows_share() -> None:
    rows = [ROW._replace(tags=("a", "b")), ROW._replace(kind="style", concepts=("dog",), tags=("b", "a", "c"))]
    facts = dict(shared_facts(rows))
    assert facts["Model family"] == "starter"
    assert facts["Kind"] == facts["Erases"] == "2 different"
    assert shared_tags(rows) == ["a", "b"]
    assert "stacked" in together(rows)
    assert "different model families" in together([ROW, ROW._replace(family="sd15")])
    assert "damaged" in together([ROW, ROW._replace(missing=True)])
