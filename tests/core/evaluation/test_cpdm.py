"""The CPDM metric on pictures whose order is known, and its folder, however hostile."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.errors import InputError
from core.evaluation import cpdm
from core.evaluation.cpdm import (
    Distance,
    copying,
    distance,
    four_layers,
    gram,
    measure_benchmark,
    read_folder,
    style_distance,
    write_benchmark,
)
from core.evaluation.judge import Judge
from core.jobs.workshop import judge
from core.starter.world import Scene, draw, random_scene
from tests.core.models.pair import starter

Picture = NDArray[np.uint8]
PROMPT = "Pipwick in a meadow"


@pytest.fixture(scope="module")
def eyes() -> Judge:
    """The starter's judge."""
    return judge(starter().card.name)


def scene(subject: str = "Pipwick", style: str | None = None) -> Scene:
    """One drawn place with a subject in it."""
    plain = random_scene(np.random.default_rng(3), "still", styled=0)
    return replace(plain, subject=subject, colour=None, style=style)


def blank() -> Picture:
    """A picture of nothing."""
    return np.full((64, 64, 3), 120, np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A benchmark of one category with two anchors and two columns."""
    anchors = {"one": draw(scene(), 64), "two": draw(scene("Grumbo"), 64)}
    made = {"original": anchors, "erased": {name: blank() for name in anchors}}
    write_benchmark(tmp_path / "set", "character", anchors, dict.fromkeys(anchors, PROMPT), made)
    return tmp_path / "set"


def test_a_gram_matrix_is_divided_by_its_features() -> None:
    features = torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])
    assert gram(features).tolist() == [[[5 / 4, 11 / 4], [11 / 4, 25 / 4]]]


def test_style_is_relative_to_the_anchor_and_summed_over_layers() -> None:
    anchor, other = torch.rand(2, 3, 4, 4, generator=torch.Generator().manual_seed(0)), torch.zeros(2, 3, 4, 4)
    assert style_distance([anchor, anchor], [anchor, anchor]).tolist() == [0, 0]
    assert style_distance([anchor, 9 * anchor], [other, other]).tolist() == pytest.approx([2, 2])


def test_four_layers_are_spread_over_the_depth() -> None:
    layers = [torch.tensor(k) for k in range(1, 13)]
    assert [int(layer) for layer in four_layers(layers)] == [3, 6, 9, 12]
    assert [int(layer) for layer in four_layers(layers[:4])] == [1, 2, 3, 4]
    assert len(four_layers(layers[:2])) == 2


@pytest.mark.parametrize("style", ["Vello Harn", "Sabine Orrow", "Dov Merrin"])
def test_another_style_is_farther_in_style_than_another_subject(eyes: Judge, style: str) -> None:
    anchor = draw(scene(style=style), 64)
    same = distance(eyes, anchor, anchor)
    assert (same.sem, same.style) == (pytest.approx(0, abs=1e-5), pytest.approx(0, abs=1e-5))
    other, styled = (distance(eyes, anchor, draw(s, 64)) for s in (scene("Grumbo", style), scene(style="Lio Kasset")))
    assert styled.style > other.style > same.style
    assert min(other.sem, styled.sem) > 0.05


def test_pictures_of_another_size_are_compared_by_what_they_show(eyes: Judge) -> None:
    anchor = draw(scene(), 64)
    larger, other = draw(scene(), 128), draw(scene("car"), 128)
    assert distance(eyes, anchor, larger).score < distance(eyes, anchor, other).score


def test_copying_is_relative_to_the_largest_of_the_set() -> None:
    found = [Distance(0.0, 3.0), Distance(1.0, 1.0), Distance(2.0, 1.0)]
    assert [one.score for one in found] == [0, 1, 4]
    assert copying(found, 4.0) == [1.0, 0.75, 0.0]
    assert copying(found[:1], 0.0) == [1.0]


def test_a_benchmark_is_read_as_written_and_measured(folder: Path, eyes: Judge) -> None:
    (category,) = read_folder(folder)
    assert (category.name, set(category.anchors), set(category.generations)) == (
        "character",
        {"one", "two"},
        {"original", "erased"},
    )
    assert category.prompts == {"one": PROMPT, "two": PROMPT}
    report = measure_benchmark(eyes, [category])
    figures = report["categories"]["character"]
    assert figures["original"]["cm"]["value"] == pytest.approx(1, abs=1e-6)
    assert figures["erased"]["cm"]["low"] == 0.0
    assert figures["erased"]["cm"]["n"] == 2
    assert report["normaliser"] > 0
    assert eyes.name in report["features"]
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_prompts_may_be_named_by_file_and_generations_may_be_missing(folder: Path, eyes: Judge) -> None:
    category = folder / "character"
    prompts = {"one.png": PROMPT, "two.png": PROMPT}
    (category / "prompts.json").write_text(json.dumps(prompts))
    (category / "generations" / "erased" / "two.png").unlink()
    (read,) = read_folder(folder)
    assert read.prompts["two"] == PROMPT
    assert measure_benchmark(eyes, [read])["categories"]["character"]["erased"]["cm"]["n"] == 1


def _link_picture(category: Path) -> None:
    (category / "anchors" / "three.png").symlink_to("/etc/hostname")


def _link_folder(category: Path) -> None:
    target = category / "anchors"
    target.rename(category.parent.parent / "elsewhere")
    target.symlink_to(category.parent.parent / "elsewhere")


def _link_prompts(category: Path) -> None:
    (category / "prompts.json").unlink()
    (category / "prompts.json").symlink_to("/etc/hostname")


def _script(category: Path) -> None:
    (category / "anchors" / "run.sh").write_text("true")


def _odd_name(category: Path) -> None:
    (category / "anchors" / "a\nb.png").write_bytes(b"")


def _twin(category: Path) -> None:
    (category / "anchors" / "one.jpg").write_bytes(b"")


def _no_anchor(category: Path) -> None:
    (category / "generations" / "erased" / "three.png").write_bytes(b"")


def _no_prompt(category: Path) -> None:
    (category / "prompts.json").write_text('{"one": "a picture"}')


def _prompt_list(category: Path) -> None:
    (category / "prompts.json").write_text('["one", "two"]')


def _long_prompt(category: Path) -> None:
    (category / "prompts.json").write_text(json.dumps({"one": "a" * 5000, "two": "b"}))


def _number_prompt(category: Path) -> None:
    (category / "prompts.json").write_text('{"one": 1, "two": NaN}')


def _huge_file(category: Path) -> None:
    with (category / "anchors" / "one.png").open("r+b") as file:
        file.truncate(cpdm.MAX_BYTES + 1)


def _no_anchors(category: Path) -> None:
    for path in (category / "anchors").iterdir():
        path.unlink()


def _nothing(category: Path) -> None:
    category.rename(category.parent.parent / "gone")


@pytest.mark.parametrize(
    "spoil",
    [
        _link_picture, _link_folder, _link_prompts, _script, _odd_name, _twin, _no_anchor, _no_prompt, _prompt_list,
        _long_prompt, _number_prompt, _huge_file, _no_anchors, _nothing,
    ],
    ids=lambda spoil: spoil.__name__,
)  # fmt: skip
def test_a_hostile_folder_is_refused_in_words(folder: Path, spoil: Callable[[Path], None]) -> None:
    spoil(folder / "character")
    with pytest.raises(InputError) as told:
        read_folder(folder)
    assert told.value.fix


def test_a_missing_folder_and_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(InputError, match="There is no folder"):
            read_folder(path)


def test_a_broken_picture_is_told_when_it_is_opened(folder: Path, eyes: Judge) -> None:
    broken = folder / "character" / "anchors" / "one.png"
    broken.write_bytes(broken.read_bytes()[:200])
    with pytest.raises(InputError, match="one"):
        measure_benchmark(eyes, read_folder(folder))


def test_too_many_pictures_are_refused_unopened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpdm, "MAX_PICTURES", 1)
    with pytest.raises(InputError, match="more than 1 files"):
        read_folder(folder)


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".hidden"])
def test_a_name_that_would_leave_the_folder_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        write_benchmark(tmp_path / "set", "style", {name: blank()}, {name: PROMPT}, {})
    assert not (tmp_path / "set").exists()
    with pytest.raises(InputError):
        write_benchmark(tmp_path / "set", name, {"one": blank()}, {"one": PROMPT}, {})
    assert list(tmp_path.iterdir()) == []
