"""Everything that can be done on the Library page, by name and by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.i18n import tr
from gui.state.commands import Command
from gui.widgets.stars import MOST, star_words

if TYPE_CHECKING:
    from gui.pages.library import LibraryPage

MENU = (
    ("open", "probe", "harden", "stack"),
    ("rerun", "edit", "measure", "strength"),
    ("rename", "duplicate", "tag", "notes", "folder"),
    ("export_tool", "pass_on", "export"),
    ("restore", "purge", "relink", "trash"),
)
"""What the menu of an entry lists, in groups; what cannot be done with it is left out."""

MORE = (
    ("harden", "edit", "measure", "strength"),
    *MENU[2:-1],
    ("relink", "take_in", "adopt", "rescan", "undo"),
    ("bin", "empty_trash"),
)
"""What the menu button lists: all that has no button of its own."""


def library_commands(page: LibraryPage) -> list[Command]:
    """The page's commands; the keys of its list, such as Return, are only told."""
    return [*_ways_on(page), *_changes(page), *_passing(page), *_ratings(page), *_trash(page), *_looks(page)]


def _ways_on(page: LibraryPage) -> list[Command]:
    choice, asking = page.choice, page.asking
    return [
        Command("library.open", tr("Compare"), choice.compare, ("Return",), choice.comparable, bound=False),
        Command("library.probe", tr("Probe"), choice.probe, ("Ctrl+P",), choice.one_sound),
        Command("library.harden", tr("Harden"), choice.harden, ("Ctrl+H",), choice.one_sound),
        Command("library.stack", tr("Stack…"), asking.stack, ("Ctrl+Shift+S",), choice.stackable),
        Command("library.rerun", tr("Run again with the same settings"), choice.rerun, ("Ctrl+R",), choice.one_sound),
        Command(
            "library.edit", tr("Change the settings and run again"), choice.edit, ("Ctrl+Shift+R",), choice.one_sound
        ),
        Command("library.measure", tr("Measure thoroughly"), choice.measure, ("Ctrl+M",), choice.sound),
        Command("library.strength", tr("Change the strength…"), asking.strength, ("Ctrl+L",), choice.one_sound),
    ]


def _changes(page: LibraryPage) -> list[Command]:
    choice, model = page.choice, page.model
    return [
        Command("library.rename", tr("Rename"), page.rename, ("F2",), choice.one_sound),
        Command("library.duplicate", tr("Duplicate"), lambda: model.duplicate(choice.ids), ("Ctrl+D",), choice.sound),
        Command("library.tag", tr("Add tags"), page.write_tags, ("Ctrl+T",), choice.some),
        Command("library.notes", tr("Write notes"), page.write_notes, ("Ctrl+N",), choice.one_sound),
        Command("library.folder", tr("Open the folder"), page.open_folder, ("Ctrl+O",), choice.one_there),
        Command("library.undo", tr("Undo"), model.undo, ("Ctrl+Z",), lambda: bool(model.undoable)),
    ]


def _passing(page: LibraryPage) -> list[Command]:
    passing, one = page.passing, page.choice.one_sound
    return [
        Command("library.export_tool", tr("Export for another tool…"), passing.export, ("Ctrl+Shift+E",), one),
        Command("library.pass_on", tr("Pass it on as one file…"), passing.pass_on, (), one),
        Command("library.export", tr("Export the scorecard…"), page.export, ("Ctrl+E",), page.choice.judged),
        Command("library.take_in", tr("Take in a bundle…"), passing.take_in),
    ]


def _ratings(page: LibraryPage) -> list[Command]:
    return [
        Command(
            f"library.star.{count}",
            tr("Rate: {stars}", stars=star_words(count)),
            lambda count=count: page.model.annotate(page.choice.ids, stars=count),
            (str(count),),
            page.choice.some,
            bound=False,
        )
        for count in range(MOST + 1)
    ]


def _trash(page: LibraryPage) -> list[Command]:
    choice, asking, model = page.choice, page.asking, page.model
    return [
        Command("library.trash", tr("Move to the trash"), page.trash, ("Del",), choice.some, bound=False),
        Command("library.restore", tr("Restore"), page.restore, ("Ctrl+Shift+Z",), choice.some_binned),
        Command("library.purge", tr("Delete for good…"), asking.purge, ("Shift+Del",), choice.some_binned),
        Command("library.empty_trash", tr("Empty the trash…"), asking.empty_trash, (), lambda: bool(model.binned)),
        Command("library.bin", tr("Show or hide the trash"), page.turn_trash, ("Ctrl+B",)),
        Command("library.relink", tr("Find the folder of a missing entry…"), asking.relink, (), choice.one_missing),
        Command("library.adopt", tr("Take in an entry from elsewhere…"), asking.adopt),
        Command("library.rescan", tr("Look for changes from outside"), model.rescan, ("F5",)),
    ]


def _looks(page: LibraryPage) -> list[Command]:
    return [
        Command("library.find", tr("Search the library"), page.start_search, ("Ctrl+F",)),
        Command(
            "library.clear",
            tr("Clear search and filters"),
            page.clear_filters,
            ("Ctrl+Shift+F",),
            lambda: page.model.query.narrows,
        ),
        Command("library.view", tr("Cards or list"), page.turn_view, ("Ctrl+G",)),
        Command("library.details", tr("Show or hide the details"), page.turn_details, ("Ctrl+I",)),
    ]
