"""Every mode paints the very frame that is due: real clips whose frames say their numbers, read back from pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui.state.comparison import of_files
from gui.state.player import Player
from gui.state.screening import screening
from gui.state.stage import Mode, StageState
from gui.state.viewport import Viewport
from gui.widgets.clip_view import ClipView
from gui.widgets.stage import Stage
from gui.widgets.stage_blend import difference, inside
from gui.workers.clip_loader import Film, film
from tests.gui.coded import BLUE, GREEN, RED, HandClock, number_in, write_coded

A, B, C = "file-1", "file-2", "file-3"
COUNT = 12


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Film]:
    """Three clips of 12, 12 and 9 frames, in green, red and blue, written and read again."""
    folder = tmp_path_factory.mktemp("coded")
    made = ((A, COUNT, GREEN), (B, COUNT, RED), (C, 9, BLUE))
    return {key: film(write_coded(folder / key, count, channel)) for key, count, channel in made}


class Show:
    """A stage with its clock, and what it has painted."""

    def __init__(self, films: dict[str, Film], paths: list[Path]) -> None:
        self.clock = HandClock()
        self.player = Player(now=self.clock)
        self.state = StageState()
        self.stage = Stage(self.state)
        self.stage.resize(900, 500)
        self.player.moved.connect(self.stage.show_frame)
        self.stage.set_panes(of_files(paths).panes)
        self.screening = screening(films)
        self.stage.set_screening(self.screening)
        self.player.take(self.screening.clock)

    def pane(self, key: str, channel: int) -> int:
        """The number painted in a pane side by side."""
        view = self.stage.views[key]
        return number_in(view.grab().toImage(), view.target(), channel)

    def pair(self) -> tuple[QImage, QRectF]:
        """The one picture of the other modes, and where in it the frame lies."""
        return self.stage.blend.grab().toImage(), self.stage.blend.target()


@pytest.fixture
def show(films: dict[str, Film], tmp_path: Path, qtbot: QtBot) -> Iterator[Show]:
    """The three clips on a stage."""
    paths = [tmp_path / f"{key}.webm" for key in films]
    for path in paths:
        path.touch()
    made = Show(films, paths)
    qtbot.addWidget(made.stage)
    made.stage.show()
    yield made
    made.player.pause()


def side(show: Show) -> list[int]:
    """The numbers of A and B side by side; those of C are checked beside it, since it is over sooner."""
    third = show.pane(C, BLUE)
    assert third == min(show.player.index, 8)
    return [show.pane(A, GREEN), show.pane(B, RED)]


def wipe(show: Show) -> list[int]:
    """The numbers left and right of the edge; neither side shows anything of the other."""
    image, box = show.pair()
    assert (number_in(image, box, RED, 0.3), number_in(image, box, GREEN, 0.7)) == (0, 0)
    return [number_in(image, box, GREEN, 0.3), number_in(image, box, RED, 0.7)]


def both(show: Show) -> list[int]:
    """The numbers in both channels of one picture."""
    image, box = show.pair()
    return [number_in(image, box, GREEN), number_in(image, box, RED)]


def toggled(show: Show) -> list[int]:
    """The number of one side, then of the other."""
    found = []
    for channel in (GREEN, RED):
        image, box = show.pair()
        found.append(number_in(image, box, channel))
        show.state.flip()
    return found


READ: dict[Mode, Callable[[Show], list[int]]] = {
    Mode.SIDE: side,
    Mode.WIPE: wipe,
    Mode.OVERLAY: both,
    Mode.DIFFERENCE: both,
    Mode.TOGGLE: toggled,
}


@pytest.mark.parametrize("mode", list(Mode))
def test_no_frame_is_passed_over_or_shown_twice(show: Show, mode: Mode) -> None:
    show.state.choose_b(B)
    show.state.set_mode(mode)
    read = READ[mode]
    for expected in (*range(1, COUNT), 0, 1):
        show.player.step(1)
        assert read(show) == [expected, expected]
    for expected in (0, *range(COUNT - 1, -1, -1)):
        show.player.step(-1)
        assert read(show) == [expected, expected]
    for expected in (7, 2, 11, 0, 5):
        show.player.seek(expected)
        assert read(show) == [expected, expected]
    show.player.step(1)
    assert read(show) == [6, 6]


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(("speed", "direction"), [(0.1, 1), (1.0, 1), (4.0, 1), (1.0, -1)])
def test_what_is_painted_while_it_plays_is_what_is_due(show: Show, mode: Mode, speed: float, direction: int) -> None:
    show.state.choose_b(B)
    show.state.set_mode(mode)
    player = show.player
    player.set_speed(speed)
    player.seek(3)
    player.set_mark_in()
    player.seek(6)
    player.set_mark_out()
    player.seek(3 if direction > 0 else 6)
    player.shuttle(direction)
    turn = (3, 4, 5, 6) if direction > 0 else (6, 5, 4, 3)
    show.clock.seconds += 0.03 / speed
    for expected in (*turn, *turn[:2]):
        player.tick()
        assert READ[mode](show) == [expected, expected]
        show.clock.seconds += 0.125 / speed


def test_a_nudged_pane_runs_ahead_by_its_own_frames(show: Show) -> None:
    show.player.seek(4)
    show.state.nudge(B, 2)
    assert [show.pane(A, GREEN), show.pane(B, RED)] == [4, 6]
    show.state.set_mode(Mode.OVERLAY)
    show.state.choose_b(B)
    assert both(show) == [4, 6]
    show.state.clear_nudges()
    assert both(show) == [4, 4]


def test_a_and_b_change_sides(show: Show) -> None:
    show.state.choose_b(B)
    show.state.set_mode(Mode.WIPE)
    show.player.seek(5)
    show.state.exchange()
    image, box = show.pair()
    assert (number_in(image, box, RED, 0.3), number_in(image, box, GREEN, 0.7)) == (5, 5)


def test_the_edge_is_where_it_was_put_and_follows_the_mouse(show: Show, qtbot: QtBot) -> None:
    show.state.choose_b(B)
    show.state.set_mode(Mode.WIPE)
    show.player.seek(9)
    show.state.set_edge(0.8)
    image, box = show.pair()
    assert (number_in(image, box, GREEN, 0.7), number_in(image, box, RED, 0.9)) == (9, 9)
    blend = show.stage.blend
    at = QPoint(round(box.x() + 0.25 * box.width()), 300)
    qtbot.mousePress(blend, Qt.MouseButton.LeftButton, pos=at)
    assert show.state.edge == pytest.approx(0.25, abs=0.01)
    there = QPoint(round(box.x() + 0.6 * box.width()), 200)
    qtbot.mouseMove(blend, there)
    qtbot.mouseRelease(blend, Qt.MouseButton.LeftButton, pos=there)
    assert show.state.edge == pytest.approx(0.6, abs=0.01)


def test_a_difference_of_one_clip_from_itself_is_black_and_gain_makes_it_brighter(films: dict[str, Film]) -> None:
    one, other = films[A].frames[3].copy(), films[A].frames[3].copy()
    assert difference(one, other, 16).pixelColor(60, 20).getRgb() == (0, 0, 0, 255)
    other.fill(Qt.GlobalColor.black)
    one.fill(0xFF000A14)
    found = [difference(one, other, gain).pixelColor(9, 9) for gain in (1, 4, 16)]
    assert [(colour.green(), colour.blue()) for colour in found] == [(10, 20), (40, 80), (160, 255)]


def test_a_picture_of_another_shape_is_not_distorted() -> None:
    wide = QImage(200, 50, QImage.Format.Format_RGB32)
    assert inside(QRectF(10, 20, 100, 100), wide) == QRectF(10, 57.5, 100, 25)


def test_the_wheel_zooms_every_pane_at_the_pointer_and_a_drag_pans_them(show: Show, qtbot: QtBot) -> None:
    views = list(show.stage.views.values())
    wheel(views[0], QPointF(20, 20))
    assert show.state.view.scale > 1
    assert len({view.view for view in views}) == 1
    left = views[1].target().x()
    qtbot.mousePress(views[2], Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    qtbot.mouseMove(views[2], QPoint(40, 50))
    qtbot.mouseRelease(views[2], Qt.MouseButton.LeftButton, pos=QPoint(40, 50))
    assert views[1].target().x() == left - 20


def wheel(view: ClipView, at: QPointF) -> None:
    """Turn the wheel over a view by five notches, away from the person."""
    none, up = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    turn = QWheelEvent(at, view.mapToGlobal(at), QPoint(0, 0), QPoint(0, 600), Qt.MouseButton.NoButton, none, up, False)
    QApplication.sendEvent(view, turn)


def test_far_in_pixels_are_squares(show: Show) -> None:
    image = QImage(2, 1, QImage.Format.Format_RGB32)
    image.setPixelColor(0, 0, Qt.GlobalColor.black)
    image.setPixelColor(1, 0, Qt.GlobalColor.white)
    view = show.stage.views[A]
    view.set_frames((image,))
    view.set_view(Viewport(30.0, width=2.0))
    painted, box = view.grab().toImage(), view.target()
    levels = {painted.pixelColor(round(box.center().x()) + x, round(box.center().y())).red() for x in range(-25, 25)}
    assert levels == {0, 255}


def test_panes_stand_in_the_rows_that_show_them_largest(show: Show) -> None:
    stage = show.stage

    def tops() -> list[int]:
        return [box.y() for box in stage.boxes.values()]

    stage.resize(1200, 500)
    assert len(set(tops())) == 1
    stage.resize(300, 900)
    QApplication.processEvents()
    assert len(set(tops())) > 1


def test_a_clip_that_cannot_be_read_says_why_and_the_others_play(films: dict[str, Film], show: Show) -> None:
    show.stage.set_problems({B: "It is broken."})
    show.stage.set_screening(screening({A: films[A], C: films[C]}))
    show.player.seek(3)
    assert show.pane(A, GREEN) == 3
    assert show.stage.views[B].picture() is None
    show.state.choose_b(B)
    show.state.set_mode(Mode.WIPE)
    image, box = show.pair()
    assert number_in(image, box, GREEN, 0.3) == 3
    assert show.stage.views[B].accessibleDescription() == "It is broken."


def test_fewer_panes_take_the_room_of_those_before(films: dict[str, Film], show: Show) -> None:
    show.stage.set_panes(of_files([Path(__file__).with_name("coded.py"), Path(__file__)]).panes)
    show.stage.set_screening(screening({A: films[A], B: films[B]}))
    show.stage.show()
    QApplication.processEvents()
    left, right = show.stage.boxes.values()
    assert right.geometry().right() == show.stage.rect().right()
    assert abs(left.width() - right.width()) <= 1
    show.stage.hide()


def test_a_pane_says_that_its_clip_is_shown_smaller(films: dict[str, Film], show: Show) -> None:
    large = replace(films[A], full=QSize(7680, 4320))
    show.stage.set_screening(screening({A: large, B: films[B]}))
    told = {
        key: [said for said in box.findChildren(QLabel) if said.toolTip() == large.note]
        for key, box in show.stage.boxes.items()
    }
    assert [said.isVisibleTo(box) for key, box in show.stage.boxes.items() for said in told[key]] == [True]
    assert "7680" in large.note
