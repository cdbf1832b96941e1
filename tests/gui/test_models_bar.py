"""The memory bar and the picker of models: what they say for given plans and given models."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.hardware.devices import Device
from core.hardware.estimates import Estimate
from core.hardware.plan import Plan
from core.hardware.planner import Chosen
from core.hardware.verdict import Fit, Verdict, verdict
from core.jobs.spec import EraseSpec
from core.models.registry import Registry
from core.settings import change
from gui.pages.erase import ErasePage
from gui.pages.studio import StudioPage
from gui.state.foreseen import bar_of
from gui.state.memory_bar import NOTHING, Bar, MemoryGauge, Piece
from gui.state.session import Session
from gui.theme import current
from gui.widgets.host_choice import HostChoice
from gui.widgets.memory_bar import MemoryBar
from gui.widgets.model_picker import JUDGE, ModelPicker
from tests.gui.model_samples import write_offered
from tests.gui.signals import args_of

GB = 1_000_000_000
PARTS = {"weights": 2 * GB, "gradients": GB, "activations": GB, "decode": 0, "context": GB // 2}


def chosen(free: float, offload: str = "none", parts: dict[str, int] | None = None) -> Chosen:
    """A plan on a card of 8 GB of which so many are free."""
    card, estimate = Device("cuda:0", "Some card", 8 * GB, int(free * GB)), Estimate(parts or PARTS)
    plan = Plan("cuda:0", offload=offload)
    return Chosen(plan, estimate, verdict(plan, estimate.peak, card), card)


@pytest.mark.parametrize(
    ("free", "offload", "fit", "role", "refused"),
    [
        (7.5, "none", Fit.COMFORTABLE, "good", False),
        (5.0, "none", Fit.TIGHT, "warning", False),
        (7.5, "model", Fit.OFFLOAD, "warning", False),
        (3.0, "none", Fit.NO, "danger", True),
    ],
)
def test_the_bar_says_how_a_job_fits(free: float, offload: str, fit: Fit, role: str, refused: bool) -> None:
    bar = bar_of(chosen(free, offload))
    assert (bar.verdict, bar.role, bar.refused) == (fit.words, role, refused)
    assert bool(bar.why) is (fit is not Fit.COMFORTABLE)
    assert bar.device.startswith("Some card: ")


def test_the_pieces_are_other_programs_and_every_part_that_takes_any() -> None:
    bar = bar_of(chosen(6.0))
    told = {piece.title: piece.bytes for piece in bar.pieces}
    assert told == {
        "Other programs": 2 * GB,
        "Model": 2 * GB,
        "Learning": GB,
        "Computing": GB,
        "Driver and libraries": GB // 2,
    }
    assert bar.taken == 6.5 * GB
    assert len({piece.role for piece in bar.pieces}) == len(bar.pieces)


def test_what_is_free_is_rounded_so_that_the_bar_keeps_still() -> None:
    assert bar_of(chosen(6.01)).pieces == bar_of(chosen(5.99)).pieces
    assert bar_of(chosen(6.0)).pieces != bar_of(chosen(5.0)).pieces


def shown(bar: Bar, qtbot: QtBot, anyway: bool = False) -> MemoryBar:
    """A memory bar of a width that is easy to count in."""
    made = MemoryBar()
    qtbot.addWidget(made)
    made.resize(400, 260)
    made.show_bar(bar, anyway)
    made.show()
    return made


def test_the_strip_is_painted_to_scale(qtbot: QtBot) -> None:
    bar = Bar((Piece("Model", GB, "accent"), Piece("Computing", GB, "negative")), 4 * GB, "card", "tight", "warning")
    made = shown(bar, qtbot)
    strip = made.strip
    image, middle = strip.grab().toImage(), strip.height() // 2
    look, width = current(), strip.width()

    def colour(share: float) -> QColor:
        return image.pixelColor(round(share * width), middle)

    assert colour(0.12) == look.colour("accent")
    assert colour(0.37) == look.colour("negative")
    assert colour(0.75) == look.colour("sunken")
    assert "Model: 1.0 GB" in strip.accessibleDescription()


def test_a_job_that_is_too_large_is_shown_beyond_the_end_of_the_memory(qtbot: QtBot) -> None:
    bar = bar_of(chosen(4.0, parts={"weights": 12 * GB}))
    made = shown(bar, qtbot)
    image, end = made.strip.grab().toImage(), round(8 / 16 * made.strip.width())
    assert image.pixelColor(end, 1) == current().colour("danger")
    assert made.anyway.isVisible()
    with qtbot.waitSignal(made.agreed) as told:
        made.anyway.click()
    assert args_of(told) == [True]


def test_anyway_is_only_offered_where_a_job_is_refused(qtbot: QtBot) -> None:
    made = shown(bar_of(chosen(7.5)), qtbot)
    assert not made.anyway.isVisible()
    assert made.verdict.text() == "Comfortable"
    made.show_bar(NOTHING)
    assert not made.strip.isVisible()


def test_the_gauge_asks_only_while_it_is_watched(qtbot: QtBot) -> None:
    gauge = MemoryGauge()
    gauge.show(EraseSpec("Pipwick"))
    assert gauge.bar == NOTHING
    with qtbot.waitSignal(gauge.changed, timeout=10_000):
        gauge.watch(True)
    assert gauge.bar.pieces
    gauge.watch(False)
    assert not gauge.watched
    gauge.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    change(models=str(tmp_path / "models"))
    return tmp_path / "models"


def test_the_picker_says_what_a_model_lacks_and_leads_there(root: Path, qtbot: QtBot) -> None:
    write_offered(root, "sd21-base")
    session = Session(str(root.parent / "library"))
    picker = ModelPicker()
    qtbot.addWidget(picker)
    picker.show_model(session.form.family)
    picker.show()
    assert [picker.models.itemData(at) for at in range(picker.models.count())] == ["starter", "sd21-base"]
    assert not picker.get_video.isVisible()
    assert not picker.get_judge.isVisible()
    session.form.set_family("sd21-base")
    picker.show_model(session.form.family)
    for way, thing in ((picker.get_video, "sd2"), (picker.get_judge, JUDGE), (picker.more, None)):
        with qtbot.waitSignal(picker.wanted) as led:
            way.click()
        assert args_of(led) == [thing]
    for name in ("modelscope", JUDGE):
        write_offered(root, name)
    session.form.meet_models()
    picker.show_model(session.form.family)
    assert not picker.get_video.isVisible()
    assert not picker.get_judge.isVisible()
    session.close()


def test_a_model_without_clips_is_erased_from_with_pictures(root: Path) -> None:
    write_offered(root, "sd21-base")
    session = Session(str(root.parent / "library"))
    session.form.set_family("sd21-base")
    assert session.form.host == "still"
    write_offered(root, "modelscope")
    session.form.meet_models()
    session.form.set_host("modelscope")
    assert session.form.spec().host == "modelscope"
    Registry(root).remove("modelscope")
    session.form.meet_models()
    assert session.form.host == "still"
    Registry(root).remove("sd21-base")
    session.form.meet_models()
    assert session.form.family.name == "starter"
    session.close()


def test_a_list_of_models_that_is_broken_leaves_the_bundled_pair(root: Path) -> None:
    root.mkdir()
    (root / "models.json").write_text("{")
    session = Session(str(root.parent / "library"))
    assert session.form.family.name == "starter"
    assert session.studio.family.name == "starter"
    session.close()


def test_a_person_may_start_what_will_not_fit(tmp_path: Path, qtbot: QtBot) -> None:
    session = Session(str(tmp_path / "library"))
    page = ErasePage(session)
    qtbot.addWidget(page)
    page.gauge.bar = bar_of(chosen(1.0))
    page.gauge.changed.emit()
    assert not session.form.spec().anyway
    page.summary.memory.anyway.setChecked(True)
    assert session.form.spec().anyway
    session.form.set_family("starter")
    assert not session.form.spec().anyway
    page.close_down()
    session.close()


def test_the_studio_picks_models_and_foresees_their_memory(root: Path, folder: Path, qtbot: QtBot) -> None:
    for name in ("sd15", "animatediff-v1-5-3"):
        write_offered(root, name)
    session = Session(str(folder))
    page = StudioPage(session)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.gauge.changed, timeout=10_000):
        page.show()
    page.panel.family.chosen.emit("sd15")
    assert session.studio.spec().family == "sd15"
    assert {host.name for host in session.studio.family.hosts} == {"still", "text2video_zero", "animatediff-v1-5-3"}
    qtbot.waitUntil(lambda: any(piece.bytes > GB for piece in page.gauge.bar.pieces[1:]), timeout=10_000)
    session.studio.set(anyway=True)
    assert session.studio.spec().anyway
    page.hide()
    assert not page.gauge.watched
    page.close_down()
    session.close()


def test_many_hosts_become_a_list(qtbot: QtBot) -> None:
    made = HostChoice("Made by")
    qtbot.addWidget(made)
    made.set_choices([("a", "Pictures"), ("b", "Clips")])
    made.show()
    assert made.segments.isVisible()
    made.set_choices([(str(at), f"Some video model {at}") for at in range(6)])
    assert made.listed.isVisible()
    assert not made.segments.isVisible()
    made.set_value("4")
    assert made.value == "4"
    with qtbot.waitSignal(made.chosen) as told:
        made.listed.activated.emit(4)
    assert args_of(told) == ["4"]


def test_verdicts_have_a_reason_and_what_to_do() -> None:
    told = bar_of(chosen(3.0)).why
    assert "It needs about " in told
    assert isinstance(chosen(3.0).verdict, Verdict)
    assert chosen(3.0).verdict.fix in told
