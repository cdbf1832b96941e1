"""Stacking from the library: choosing several, the dialog, and what it asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from core.library.store import Library
from gui.state.stack_form import WAYS, StackForm
from gui.widgets.option import OptionCard
from gui.widgets.stack_dialog import StackDialog


@pytest.fixture
def form(folder: Path) -> StackForm:
    """Both entries of the drawn library."""
    return StackForm(Library(folder).entries(), str(folder))


@pytest.fixture
def dialog(form: StackForm, qtbot: QtBot) -> StackDialog:
    """The dialog over the form."""
    made = StackDialog(form)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_form_begins_with_the_entries_names_and_strengths(form: StackForm) -> None:
    spec = form.spec()
    assert spec.entries == tuple(entry.id for entry in form.entries)
    assert (spec.name, spec.strengths, spec.how, spec.host) == ("car, Pipwick", (1.0, 1.0), "projection", "animatediff")
    assert form.check() == ""


def test_every_way_is_one_that_the_job_takes(form: StackForm) -> None:
    for way in WAYS:
        form.how = way
        assert form.check() == ""
    form.how = "nothing"
    assert "cannot be stacked by “nothing”" in form.check()


def test_an_entry_given_twice_is_refused_in_the_dialog(folder: Path, qtbot: QtBot) -> None:
    entry = Library(folder).get("car")
    made = StackDialog(StackForm([entry, entry], str(folder)))
    qtbot.addWidget(made)
    made.show()
    made.submit()
    assert made.result() != QDialog.DialogCode.Accepted
    assert "was given twice" in made.problem.text()


def test_what_is_typed_and_chosen_is_in_the_spec(dialog: StackDialog, qtbot: QtBot) -> None:
    first, second = dialog.strengths.values()
    second.clear()
    qtbot.keyClicks(second, "0.5")
    dialog.name.clear()
    qtbot.keyClicks(dialog.name, "Both")
    dialog.findChildren(OptionCard)[1].click()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    assert dialog.result() == QDialog.DialogCode.Accepted
    spec = dialog.form.spec()
    assert (spec.strengths, spec.name, spec.how) == ((1.0, 0.5), "Both", "ties")
    assert first.accessibleName() == "Strength of car"


def test_a_strength_that_is_no_number_in_range_is_refused(dialog: StackDialog) -> None:
    field = next(iter(dialog.strengths.values()))
    field.setText("7")
    dialog.submit()
    assert dialog.isVisible()
    assert "must be a number between 0 and 1.5" in dialog.problem.text()
