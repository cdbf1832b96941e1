"""The CPDM copyright benchmark: its folder, and its metric of how much a picture copies another (arXiv 2403.12052).

A folder holds categories, and a category holds

    anchors/<name>.png             what must not be copied
    prompts.json                   {"<name>": "the prompt that asks for it", …}
    generations/<column>/<name>.png

where a column is an encoder, `original` or `erased` say. Anchors and prompts are the layout of the published data;
generations are optional.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.errors import InputError
from core.evaluation.figures import Figure, mean
from core.evaluation.judge import Judge
from core.evaluation.perceptual import features_name
from core.files import atomic_write_text, is_plain_file, read_object
from core.media.picture import read_picture, write_picture

Picture = NDArray[np.uint8]

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
MAX_CATEGORIES, MAX_PICTURES = 32, 20_000
"""The published set has 4 categories and some 13,500 pictures in the largest."""
MAX_BYTES, MAX_PIXELS = 50_000_000, 16_000_000
"""Of one picture."""
MAX_PROMPT = 2_000
"""Characters."""
_NAME = re.compile(r"[\w][\w ().,'&+-]{0,119}")


@dataclass(frozen=True)
class Distance:
    """How far a picture is from its anchor: `sem` in what it shows, 0 to 4, and `style`, 0 and up."""

    sem: float
    style: float

    @property
    def score(self) -> float:
        """(M_sem · M_style)², as the published code combines them: a copy of either what or how counts as a copy."""
        return (self.sem * self.style) ** 2


@dataclass(frozen=True)
class Category:
    """One category: its anchors, their prompts, and by column the pictures generated for them, all by name."""

    name: str
    anchors: dict[str, Path]
    prompts: dict[str, str]
    generations: dict[str, dict[str, Path]] = field(default_factory=dict)


def gram(features: Tensor) -> Tensor:
    """Gram matrices (n, channels, channels) of maps (n, channels, rows, columns), divided by C · H · W."""
    flat = features.flatten(2)
    return flat @ flat.transpose(1, 2) / flat[0].numel()


def style_distance(anchors: Sequence[Tensor], pictures: Sequence[Tensor]) -> Tensor:
    """M_style (n,): the squared distances of Gram matrices, layer by layer, weighted and summed.

    The paper weighs four blocks of InceptionV3 by 0.5, 0.1, 60,000 and 40 to bring them to one size. Here the layers
    are the judge's, and each weighs 1 / ‖G(anchor)‖², which does the same for any judge and depends on no other
    picture of the set.
    """
    terms = []
    for anchor, picture in zip(anchors, pictures, strict=True):
        one, other = gram(anchor), gram(picture)
        terms.append((one - other).square().sum((1, 2)) / one.square().sum((1, 2)))
    return torch.stack(terms).sum(0)


def four_layers(maps: Sequence[Tensor]) -> list[Tensor]:
    """Four layers spread over the depth, the last included, as the paper's blocks are; all where there are fewer."""
    count = min(4, len(maps))
    return [maps[(len(maps) * k) // count - 1] for k in range(1, count + 1)]


def distance(judge: Judge, anchor: Picture, picture: Picture) -> Distance:
    """How far a picture (h, w, 3) is from its anchor; the two may differ in size, and the judge scales both to its own.

    M_sem is the squared distance of the judge's unit features, CLIP's as in the paper; M_style is `style_distance` on
    four layers of the judge's patch tokens.
    """
    one, other = (judge.picture_features(shown[None]) for shown in (anchor, picture))
    maps = [four_layers(judge.feature_maps(shown[None])) for shown in (anchor, picture)]
    return Distance(float((one - other).square().sum()), float(style_distance(*maps)[0]))


def copying(found: Sequence[Distance], normaliser: float) -> list[float]:
    """CM of each picture, 1 − score / normaliser: 1 is a copy of its anchor, 0 the least like it of the whole set.

    The normaliser is the largest score of the set, so a CM compares columns that were measured together and nothing
    else. Where every picture is a copy the normaliser is 0 and each CM is 1.
    """
    return [1.0 - found_one.score / normaliser if normaliser else 1.0 for found_one in found]


def measure_benchmark(judge: Judge, categories: Sequence[Category]) -> dict[str, Any]:
    """`normaliser`, the `features` it rests on, and by category and column the figures `cm`, `sem` and `style`.

    Columns that are to be compared must be in the same call. A generation without an anchor was refused by
    `read_folder`; an anchor without a generation counts for nothing in that column.
    """
    found = {c.name: {column: _distances(judge, c, made) for column, made in c.generations.items()} for c in categories}
    every = [one for columns in found.values() for made in columns.values() for one in made]
    normaliser = max((one.score for one in every), default=0.0)
    figures = {
        name: {column: _figures(made, normaliser) for column, made in columns.items() if made}
        for name, columns in found.items()
    }
    return {"normaliser": normaliser, "features": features_name(judge), "categories": figures}


def _distances(judge: Judge, category: Category, made: dict[str, Path]) -> list[Distance]:
    return [distance(judge, _picture(category.anchors[name]), _picture(path)) for name, path in sorted(made.items())]


def _figures(found: list[Distance], normaliser: float) -> dict[str, Figure]:
    sem, style = [one.sem for one in found], [one.style for one in found]
    return {"cm": mean(copying(found, normaliser)), "sem": mean(sem), "style": mean(style)}


def _picture(path: Path) -> Picture:
    return read_picture(path, MAX_PIXELS)


def _refuse(path: Path, why: str) -> InputError:
    return InputError(f"“{path.name}” is not part of a CPDM benchmark.", why, "Take it out of the folder.")


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder by name, hidden files left out; InputError for a link, a strange name or too much."""
    if folder.is_symlink() or not folder.is_dir():
        raise _refuse(folder, "It is missing, a link, or no folder.")
    found: list[Path] = []
    with os.scandir(folder) as listing:
        for entry in listing:
            if entry.name.startswith("."):
                continue
            if len(found) == MAX_PICTURES:
                raise _refuse(folder, f"It holds more than {MAX_PICTURES:,} files.")
            found.append(Path(entry.path))
    for path in found:
        if not _NAME.fullmatch(path.name) or path.is_symlink():
            raise _refuse(path, "It is a link, or its name has odd characters.")
    return sorted(found)


def _pictures(folder: Path) -> dict[str, Path]:
    """The pictures of a folder by name without suffix, unopened; InputError for anything else that lies there."""
    found: dict[str, Path] = {}
    for path in _entries(folder):
        if path.suffix.lower() not in SUFFIXES or not is_plain_file(path) or path.stat().st_size > MAX_BYTES:
            raise _refuse(path, f"It is no picture, or larger than {MAX_BYTES // 1_000_000} MB.")
        if path.stem in found:
            raise _refuse(path, "Another picture has the same name.")
        found[path.stem] = path
    return found


def _prompts(path: Path, anchors: dict[str, Path]) -> dict[str, str]:
    """The prompt of every anchor; a name may be written with the anchor's suffix."""
    try:
        given = read_object(path)
    except ValueError as error:
        raise _refuse(path, f"Its prompts cannot be read: {error}.") from None
    found = {name: given.get(name, given.get(anchor.name)) for name, anchor in anchors.items()}
    for name, prompt in found.items():
        if not isinstance(prompt, str) or not 0 < len(prompt.strip()) <= MAX_PROMPT:
            raise _refuse(path, f"It has no prompt of 1 to {MAX_PROMPT:,} characters for the anchor “{name}”.")
    return {name: str(prompt).strip() for name, prompt in found.items()}


def _category(folder: Path) -> Category:
    anchors = _pictures(folder / "anchors")
    if not anchors:
        raise _refuse(folder, "It has no anchors.")
    made = folder / "generations"
    generations = {path.name: _pictures(path) for path in (_entries(made) if made.exists() else [])}
    for column in generations.values():
        if strange := sorted(set(column) - set(anchors)):
            raise _refuse(column[strange[0]], "It has no anchor.")
    return Category(folder.name, anchors, _prompts(folder / "prompts.json", anchors), generations)


def read_folder(folder: Path) -> tuple[Category, ...]:
    """The categories of a benchmark folder, pictures unopened; InputError names the first thing that is not as above.

    Nobody vouches for such a folder: links, odd names, files that are no pictures, and more than the limits above are
    refused unread, and no path of it is taken from a file's contents.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder “{folder}”.", fix="Check the path.")
    found = [path for path in _entries(folder) if path.is_dir()]
    if not 0 < len(found) <= MAX_CATEGORIES:
        raise _refuse(folder, f"It has {len(found)} categories, and not 1 to {MAX_CATEGORIES}.")
    return tuple(map(_category, found))


def write_benchmark(
    folder: Path,
    category: str,
    anchors: Mapping[str, Picture],
    prompts: Mapping[str, str],
    generations: Mapping[str, Mapping[str, Picture]],
) -> Category:
    """Write one category, pictures (h, w, 3) by name, and read it back; InputError where the folder would refuse it.

    Names are checked before anything is written, so that none leads out of the folder.
    """
    for name in (category, *anchors, *generations, *(name for made in generations.values() for name in made)):
        if not _NAME.fullmatch(name):
            raise InputError(f"“{name}” cannot name a part of a benchmark.", "It has odd characters.", "Rename it.")
    home = folder / category
    for name, picture in anchors.items():
        write_picture(home / "anchors" / f"{name}.png", picture, {"prompt": prompts[name]})
    for column, made in generations.items():
        for name, picture in made.items():
            write_picture(home / "generations" / column / f"{name}.png", picture, {"prompt": prompts[name]})
    atomic_write_text(home / "prompts.json", json.dumps(dict(prompts), ensure_ascii=False, indent=1) + "\n")
    return _category(home)
