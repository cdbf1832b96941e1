"""Which clips stand side by side, and what each pane says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import InputError
from core.library.entry import Entry
from core.library.store import Library
from core.media.beside import keep_seen
from core.media.clip import write_clip, write_picture
from gui.state.comparison import MOST, hosts_of, of_entries, of_entry, of_files, of_takes

GREY = np.full((2, 8, 8, 3), 90, np.uint8)


@dataclass(frozen=True)
class Taken:
    """A take as the gallery gives it."""

    path: Path
    metadata: dict[str, Any] = field(default_factory=dict)


def take(name: str, **metadata: Any) -> Taken:
    shot = {"prompt": "a hill", "seed": 3, "host": "still", "family": "starter", "encoder": "original"}
    return Taken(Path(f"{name}.png"), {**shot, **metadata})


@pytest.fixture
def entries(folder: Path) -> tuple[Entry, Entry]:
    """Pipwick and the car."""
    library = Library(folder)
    return library.get("Pipwick"), library.get("car")


def asked(entry: Entry, **changes: Any) -> Entry:
    """The entry as if another prompt or seed had been asked for."""
    assert entry.manifest is not None
    return replace(entry, manifest=replace(entry.manifest, **changes))


def test_an_entry_gives_before_negative_and_after_for_each_host(entries: tuple[Entry, Entry]) -> None:
    found = of_entry(entries[0])
    assert list(found) == hosts_of(entries[0]) == ["animatediff", "text2video"]
    shown = found["animatediff"]
    assert [pane.key for pane in shown.panes] == [pane.role for pane in shown.panes] == ["before", "negative", "after"]
    assert (shown.title, shown.prompt, shown.seed) == ("Pipwick", "Pipwick bouncing in a meadow", 0)
    assert (shown.host, shown.family) == ("animatediff", "starter")
    assert all(pane.path.is_file() and pane.entry is entries[0] for pane in shown.panes)
    assert shown.panes[0].metadata == {"prompt": "Pipwick bouncing in a meadow", "seed": 0}


def test_what_the_judge_saw_joins_the_metadata(entries: tuple[Entry, Entry]) -> None:
    path = entries[0].previews["after-animatediff"]
    keep_seen(path, "Pipwick", [0.25] * 12)
    assert of_entry(entries[0])["animatediff"].panes[2].metadata["seen"] == [0.25] * 12


def test_an_entry_without_its_description_gives_nothing(entries: tuple[Entry, Entry]) -> None:
    assert of_entry(replace(entries[0], manifest=None)) == {}
    assert of_entries([replace(entries[0], manifest=None)]) == {}


def test_entries_of_one_prompt_share_the_panes_of_the_original(entries: tuple[Entry, Entry]) -> None:
    one, other = entries
    same = asked(other, prompt="Pipwick bouncing in a meadow")
    shown = of_entries([one, same])["animatediff"]
    assert [pane.key for pane in shown.panes] == [
        f"before-{one.id}",
        f"negative-{one.id}",
        f"after-{one.id}",
        f"after-{same.id}",
    ]
    assert [pane.title for pane in shown.panes] == ["Before", "Negative prompt", "After: Pipwick", "After: car"]
    assert (shown.title, shown.prompt, shown.seed) == ("Pipwick · car", "Pipwick bouncing in a meadow", 0)
    assert shown.panes[3].entry is same


def test_negative_prompts_that_differ_stand_beside_each_other(entries: tuple[Entry, Entry]) -> None:
    one, other = entries[0], asked(entries[1], prompt="Pipwick bouncing in a meadow")
    for entry, avoided in ((one, "Pipwick"), (other, "a car")):
        path = entry.previews["negative-animatediff"]
        write_clip(path, GREY, 8.0, {"negative_prompt": avoided})
    notes = [pane.note for pane in of_entries([one, other])["animatediff"].panes if pane.role == "negative"]
    assert notes == [f"The original encoder, told to avoid “{words}”" for words in ("Pipwick", "a car")]


@pytest.mark.parametrize("changes", [{"prompt": "a hill"}, {"seed": 9}])
def test_entries_that_differ_bring_their_own_and_say_so(entries: tuple[Entry, Entry], changes: dict[str, Any]) -> None:
    one = asked(entries[0], prompt="a meadow")
    other = asked(entries[1], **{"prompt": "a meadow", **changes})
    shown = of_entries([one, other])["animatediff"]
    assert [pane.role for pane in shown.panes] == ["before", "negative", "after"] * 2
    assert len({pane.key for pane in shown.panes}) == 6
    assert (shown.prompt, shown.seed) == ("", None)
    assert other.manifest is not None
    assert shown.panes[3].note == f"“{other.manifest.prompt}”, seed {other.manifest.seed}"


def test_one_entry_in_a_list_is_shown_as_itself(entries: tuple[Entry, Entry]) -> None:
    assert of_entries(entries[:1]) == of_entry(entries[0])


def test_families_do_not_mix(entries: tuple[Entry, Entry]) -> None:
    with pytest.raises(InputError, match=r"different models.*“starter”, “sd1”"):
        of_entries([entries[0], asked(entries[1], family="sd1")])
    with pytest.raises(InputError, match="different models"):
        of_takes([take("a"), take("b", family="sd1")])


def test_files_tell_what_they_share(tmp_path: Path) -> None:
    about = {"prompt": "a hill", "seed": 3, "family": "starter", "host": "animatediff"}
    one = write_clip(tmp_path / "one.webm", GREY, 8.0, {**about, "encoder": "original"})
    other = write_clip(tmp_path / "other.webm", GREY, 8.0, {**about, "encoder": "x"})
    shown = of_files([one, other])
    assert [(pane.key, pane.title, pane.note, pane.role) for pane in shown.panes] == [
        ("file-1", "one.webm", "a hill", "file"),
        ("file-2", "other.webm", "a hill", "file"),
    ]
    assert (shown.prompt, shown.seed, shown.host, shown.family) == ("a hill", 3, "animatediff", "starter")
    alien = write_picture(tmp_path / "alien.png", GREY[0], {})
    mixed = of_files([one, alien])
    assert (mixed.prompt, mixed.seed, mixed.host) == ("", None, "")
    assert mixed.panes[1].note == str(tmp_path)


def test_a_folder_of_numbers_is_one_clip_and_another_folder_holds_many(tmp_path: Path) -> None:
    frames, many = tmp_path / "frames", tmp_path / "many"
    for number in (1, 2):
        write_picture(frames / f"{number}.png", GREY[0], {})
        write_picture(many / f"take {number}.png", GREY[0], {})
    (many / "notes.txt").write_text("no clip")
    assert [pane.title for pane in of_files([frames, many]).panes] == ["frames", "take 1.png", "take 2.png"]


def test_none_too_many_and_missing_files_are_refused(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", GREY[0], {})
    assert len(of_files([path] * MOST).panes) == MOST
    for paths, why in (([path] * (MOST + 1), "7 clips are too many"), ([], "nothing to compare")):
        with pytest.raises(InputError, match=why):
            of_files(paths)
    with pytest.raises(InputError, match="There is no clip"):
        of_files([tmp_path / "none.webm"])


def test_takes_of_one_shot_stand_together_in_the_order_of_a_comparison() -> None:
    erased = {"encoder": "20261124-pipwick-abcdef", "encoder_name": "Pipwick", "strength": 0.8}
    shown = of_takes([take("c", **erased), take("b", negative_prompt="Pipwick"), take("a")])
    assert [(pane.role, pane.title) for pane in shown.panes] == [
        ("before", "Before"),
        ("negative", "Negative prompt"),
        ("after", "Pipwick"),
    ]
    assert shown.panes[1].note == "The original encoder, told to avoid “Pipwick”"
    assert shown.panes[2].note == "The erased encoder at strength 0.8"
    assert (shown.prompt, shown.seed, shown.host, shown.family) == ("a hill", 3, "still", "starter")
    assert len({pane.key for pane in shown.panes}) == 3


def test_takes_of_several_shots_keep_together_what_belongs_together() -> None:
    takes = [take("a1"), take("b1", seed=4), take("b2", seed=4, encoder="x"), take("a2", encoder="x")]
    shown = of_takes(takes)
    assert [pane.path.stem for pane in shown.panes] == ["a1", "a2", "b1", "b2"]
    assert [pane.note for pane in shown.panes] == ["“a hill”, seed 3"] * 2 + ["“a hill”, seed 4"] * 2
    assert (shown.prompt, shown.seed) == ("a hill", None)


def test_takes_whose_descriptions_are_strange_are_shown_all_the_same() -> None:
    shown = of_takes([Taken(Path("a.png"), {"seed": [1], "strength": "x", "encoder": None}), Taken(Path("b.png"))])
    assert [pane.role for pane in shown.panes] == ["before", "before"]
    assert shown.seed is None
