"""Everything that can be done on Compare, with its keys: listed in the palette and in the overview of shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.i18n import tr
from gui.state.commands import Command
from gui.state.stage import MODES, Mode

if TYPE_CHECKING:
    from gui.pages.compare import ComparePage

_MODE_KEYS = {Mode.SIDE: "S", Mode.WIPE: "W", Mode.OVERLAY: "V", Mode.DIFFERENCE: "D", Mode.TOGGLE: "T"}
_STEPS = 5
"""Small steps that a key moves the wipe's edge or the opacity by."""


def compare_commands(page: ComparePage) -> list[Command]:
    """The page's commands; `bound` is False where the page listens itself, since a button or a slider comes first."""
    return [*stage_commands(page), *_panes(page), *_sharing(page)]


def stage_commands(page: ComparePage) -> list[Command]:
    """What can be done with stage and transport alone, on the whole screen."""
    return [*_playing(page), *_marking(page), *_layout(page), *_view(page)]


def _playing(page: ComparePage) -> list[Command]:
    player, some = page.player, page.has_frames
    last = 1 << 30
    return [
        Command("compare.play", tr("Play or pause"), player.toggle, ("Space",), some, bound=False),
        Command("compare.forward", tr("Play; again doubles the speed"), lambda: player.shuttle(1), ("L",), some),
        Command("compare.stop", tr("Pause"), player.pause, ("K",), some),
        Command("compare.reverse", tr("Play backwards; again doubles"), lambda: player.shuttle(-1), ("J",), some),
        Command("compare.back", tr("One frame back"), lambda: player.step(-1), (",",), some),
        Command("compare.on", tr("One frame on"), lambda: player.step(1), (".",), some),
        Command("compare.left", tr("One frame back"), lambda: player.step(-1), ("Left",), some, bound=False),
        Command("compare.right", tr("One frame on"), lambda: player.step(1), ("Right",), some, bound=False),
        Command("compare.first", tr("First frame"), lambda: player.seek(0), ("Home",), some, bound=False),
        Command("compare.last", tr("Last frame"), lambda: player.seek(last), ("End",), some, bound=False),
        Command("compare.mute", tr("Sound on or off"), page.cinema.toggle_sound, ("M",), some),
        Command("compare.faster", tr("Faster"), lambda: player.change_speed(1), ("Alt+Up",), some),
        Command("compare.slower", tr("Slower"), lambda: player.change_speed(-1), ("Alt+Down",), some),
    ]


def _marking(page: ComparePage) -> list[Command]:
    player, some = page.player, page.has_frames
    return [
        Command("compare.loop", tr("Loop on or off"), lambda: player.set_loop(not player.loop), ("R",), some),
        Command("compare.mark_in", tr("The loop begins here"), player.set_mark_in, ("[", "I"), some),
        Command("compare.mark_out", tr("The loop ends here"), player.set_mark_out, ("]", "O"), some),
        Command("compare.unmark", tr("Loop the whole clip"), player.clear_marks, ("\\", "U"), some),
    ]


def _layout(page: ComparePage) -> list[Command]:
    stage, two = page.state, page.has_two
    modes = [
        Command(f"compare.{mode.value}", title, lambda mode=mode: stage.set_mode(mode), (_MODE_KEYS[mode],), two)
        for mode, title in MODES.items()
    ]
    return [
        *modes,
        Command("compare.flip", tr("Flip between A and B; hold for a look"), stage.flip, ("X",), two, bound=False),
        Command("compare.less", tr("Edge, opacity or gain down"), lambda: stage.adjust(-_STEPS), ("Shift+Left",), two),
        Command("compare.more", tr("Edge, opacity or gain up"), lambda: stage.adjust(_STEPS), ("Shift+Right",), two),
        Command("compare.behind", tr("B one frame behind"), lambda: stage.nudge(stage.b, -1), ("Alt+,",), two),
        Command("compare.ahead", tr("B one frame ahead"), lambda: stage.nudge(stage.b, 1), ("Alt+.",), two),
        Command("compare.together", tr("No pane ahead or behind"), stage.clear_nudges, ("Alt+0",), two),
    ]


def _view(page: ComparePage) -> list[Command]:
    stage, some = page.stage, page.has_frames
    pans = (("Left", -0.1, 0.0), ("Right", 0.1, 0.0), ("Up", 0.0, -0.1), ("Down", 0.0, 0.1))
    titles = (tr("Look further left"), tr("Look further right"), tr("Look further up"), tr("Look further down"))
    return [
        Command("compare.full", tr("Full screen"), page.toggle_full, ("F", "F11"), some),
        Command("compare.fit", tr("Fit into the stage"), lambda: stage.zoom_to(0), ("0",), some),
        Command("compare.whole", tr("One pixel for one pixel"), lambda: stage.zoom_to(1), ("1",), some),
        Command("compare.larger", tr("Zoom in"), lambda: stage.zoom(1.25), ("+", "="), some),
        Command("compare.smaller", tr("Zoom out"), lambda: stage.zoom(0.8), ("-",), some),
        *(
            Command(f"compare.pan_{key.lower()}", title, lambda x=x, y=y: stage.pan(x, y), (f"Ctrl+{key}",), some)
            for title, (key, x, y) in zip(titles, pans, strict=True)
        ),
    ]


def _panes(page: ComparePage) -> list[Command]:
    return [
        Command("compare.pick", tr("Choose the entry"), page.picker.open, ("Ctrl+E",)),
        Command("compare.add", tr("Add an encoder"), page.adder.open, ("Ctrl+D",), page.has_entries),
        Command("compare.columns", tr("Choose the panes shown"), page.open_columns, (), page.has_panes),
        Command("compare.open", tr("Open clips"), page.ask_files, ("Ctrl+O",)),
        Command("compare.panel", tr("Show or hide the panel"), page.toggle_panel, ("P",), page.has_panes),
    ]


def _sharing(page: ComparePage) -> list[Command]:
    saving, two, some = page.saving, page.has_two, page.has_frames
    return [
        Command("compare.save_whole", tr("Save the comparison as a clip"), saving.save_comparison, ("Ctrl+S",), two),
        Command("compare.save_shown", tr("Save the stage as shown"), saving.save_painted, ("Ctrl+Shift+S",), some),
        Command("compare.copy_shown", tr("Copy the stage as it is shown"), saving.copy, ("Ctrl+Alt+C",), some),
        Command("compare.save", tr("Save a frame or a clip"), page.open_saving, ("Ctrl+Shift+E",), page.has_panes),
        Command("compare.judge", tr("Judge the frames"), page.judging.start, (), page.judging.possible),
        Command("compare.copy_text", tr("Copy the details as text"), page.copy_text, ("Ctrl+C",), page.has_panes),
        Command("compare.copy_json", tr("Copy the details as JSON"), page.copy_json, ("Ctrl+Shift+C",), page.has_panes),
    ]
