"""A comparison as one clip: several clips side by side on one clock, or two in one picture, with captions burnt in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.errors import InputError
from core.i18n import tr
from core.media.captions import INK, PAPER, strip
from core.media.cv import cv2
from core.media.film import Clip, Frame, Tell, frame_at, silent
from core.media.picture import resized

MODES = ("side", "wipe", "overlay", "difference")
"""Side by side, or the first two in one picture."""
GAP = 8
"""Pixels between clips side by side."""
SHORTEST, TALLEST, WIDEST = {True: 384, False: 512}, 1080, 3840
"""Pixels: the height that small clips are brought to side by side and in one picture, so that the words above them fit;
the most that large ones keep; and the width of all together."""
FASTEST, LONGEST, ROOM = 60.0, 4000, 256_000_000
"""Frames a second, frames, and pixels of all frames that a composed clip has at most."""


@dataclass(frozen=True)
class Panel:
    """One clip of a comparison and the words above it."""

    clip: Clip
    title: str
    note: str = ""


@dataclass(frozen=True)
class Layout:
    """How panels are put together. `edge` is where a wipe changes from the first to the second, 0 left, 1 right.

    `opacity` is how much of the second an overlay shows, `gain` by how much a difference is amplified. `caption` is
    the line below, such as prompt and seed; without `words` nothing is burnt in.
    """

    mode: str = "side"
    edge: float = 0.5
    opacity: float = 0.5
    gain: float = 4.0
    caption: str = ""
    words: bool = True
    metadata: dict[str, Any] = field(default_factory=dict)


def compose(panels: Sequence[Panel], layout: Layout, tell: Tell = silent) -> Clip:
    """The comparison as a clip, as long as the longest panel, at the rate of the fastest; the others stand meanwhile.

    InputError where fewer than two panels are given, or the mode is none; Cancelled where `tell` raises it.
    """
    _check(panels, layout)
    shown = list(panels) if layout.mode == "side" else list(panels[:2])
    starts = _moments([panel.clip for panel in shown])
    sizes = _sizes(shown, layout.mode, len(starts))
    frame_of = _BLENDS[layout.mode](shown, layout, sizes)
    made: list[Frame] = []
    for done, at in enumerate(starts, 1):
        picked = [_shown(panel.clip, at, size) for panel, size in zip(shown, sizes, strict=True)]
        made.append(frame_of(picked))
        tell(done, len(starts))
    fps = 1 / (starts[1] - starts[0]) if len(starts) > 1 else max(panel.clip.fps for panel in shown)
    return Clip(np.stack(made), fps, dict(layout.metadata))


def caption_of(metadata: Sequence[Mapping[str, Any]]) -> str:
    """Prompt and seed in words where all clips share them, else nothing."""
    shots = {(str(known.get("prompt", "")), str(known.get("seed", ""))) for known in metadata}
    prompt, seed = shots.pop() if len(shots) == 1 else ("", "")
    return tr("“{prompt}”  ·  seed {seed}", prompt=prompt, seed=seed) if prompt else ""


def _check(panels: Sequence[Panel], layout: Layout) -> None:
    if layout.mode not in MODES:
        what = tr("“{mode}” is no way to compare clips.", mode=layout.mode)
        raise InputError(what, fix=tr("Use one of: {names}.", names=", ".join(MODES)))
    if len(panels) < 2:
        raise InputError(tr("One clip cannot be compared with itself."), fix=tr("Choose two clips or more."))


def _moments(clips: list[Clip]) -> list[float]:
    """The seconds at which the composed frames start."""
    moving = [clip for clip in clips if len(clip.frames) > 1]
    if not moving:
        return [0.0]
    finest = [min(np.diff(clip.times)) if clip.times else 1 / clip.fps for clip in moving]
    fps = min(FASTEST, 1 / min(finest))
    count = max(1, round(max(clip.seconds for clip in moving) * fps))
    return [k / fps for k in range(min(count, LONGEST))]


def _sizes(panels: list[Panel], mode: str, count: int) -> list[tuple[int, int]]:
    """Width and height of each panel: all as high as the highest; in one picture all as the first."""
    shapes = [panel.clip.frames.shape[1:3] for panel in panels]
    height = min(TALLEST, max(SHORTEST[mode == "side"], *(h for h, _ in shapes)))
    widths = [max(1, round(height * w / h)) for h, w in shapes]
    if mode != "side":
        widths = widths[:1] * len(panels)
    room = WIDEST - GAP * (len(panels) - 1) if mode == "side" else WIDEST
    whole = sum(widths) if mode == "side" else widths[0]
    shrink = min(1.0, room / whole, math.sqrt(ROOM / (count * whole * height)))
    return [(max(1, int(width * shrink)), max(1, int(height * shrink))) for width in widths]


def _shown(clip: Clip, at: float, size: tuple[int, int]) -> Frame:
    frame = clip.frames[frame_at(clip.starts, at)]
    return frame if frame.shape[1::-1] == size else resized(frame, *size)


Blend = Callable[[list[Frame]], Frame]


def _type_size(height: int) -> int:
    return max(14, round(height / 26))


def _framed(picture_width: int, height: int, heads: Frame, caption: str, words: bool) -> Blend:
    """Puts what stands above a picture and the line below it around its frames."""
    lines = (caption,) if caption and words else ()
    below = strip(picture_width, lines, _type_size(height))
    return lambda frames: np.concatenate([*([heads] if words else []), *frames, below])


def _side(panels: list[Panel], layout: Layout, sizes: list[tuple[int, int]]) -> Blend:
    height = sizes[0][1]
    heads = [strip(w, (p.title, p.note), _type_size(height)) for p, (w, _) in zip(panels, sizes, strict=True)]
    head = _spaced(heads)
    framed = _framed(head.shape[1], height, head, layout.caption, layout.words)
    return lambda frames: framed([_spaced(frames)])


def _spaced(parts: list[Frame]) -> Frame:
    """Pictures of one height side by side with dark gaps."""
    gap = np.full((len(parts[0]), GAP, 3), PAPER, np.uint8)
    joined = [piece for part in parts for piece in (gap, part)]
    return np.concatenate(joined[1:], axis=1)


def _pair(panels: list[Panel], layout: Layout, size: tuple[int, int], between: str) -> Blend:
    """Around two panels in one picture: the first is named on the left, the second on the right."""
    width, height = size
    left = width // 2
    first, second = panels
    names = tr("{first} | {second}", first=first.title, second=second.title)
    head = [strip(left, (first.title, first.note), _type_size(height))]
    head.append(strip(width - left, (second.title, second.note), _type_size(height)))
    whole = strip(width, (between, names), _type_size(height)) if between else np.concatenate(head, axis=1)
    return _framed(width, height, whole, layout.caption, layout.words)


def _wipe(panels: list[Panel], layout: Layout, sizes: list[tuple[int, int]]) -> Blend:
    edge = round(min(1.0, max(0.0, layout.edge)) * sizes[0][0])
    framed = _pair(panels, layout, sizes[0], "")

    def blend(frames: list[Frame]) -> Frame:
        made = np.concatenate([frames[0][:, :edge], frames[1][:, edge:]], axis=1)
        made[:, max(0, edge - 1) : edge + 1] = INK
        return framed([made])

    return blend


def _overlay(panels: list[Panel], layout: Layout, sizes: list[tuple[int, int]]) -> Blend:
    share = min(1.0, max(0.0, layout.opacity))
    framed = _pair(panels, layout, sizes[0], tr("Overlay, {percent} % of the second", percent=round(100 * share)))
    return lambda frames: framed([np.asarray(cv2.addWeighted(frames[0], 1 - share, frames[1], share, 0), np.uint8)])


def _difference(panels: list[Panel], layout: Layout, sizes: list[tuple[int, int]]) -> Blend:
    framed = _pair(panels, layout, sizes[0], tr("Difference, {gain} times", gain=f"{layout.gain:g}"))
    return lambda frames: framed([difference(frames[0], frames[1], layout.gain)])


def difference(one: Frame, other: Frame, gain: float = 1.0) -> Frame:
    """How far two frames of one size lie apart, amplified; black where they are the same."""
    return np.asarray(cv2.convertScaleAbs(cv2.absdiff(one, other), alpha=gain), np.uint8)


_BLENDS: dict[str, Callable[[list[Panel], Layout, list[tuple[int, int]]], Blend]] = {
    "side": _side,
    "wipe": _wipe,
    "overlay": _overlay,
    "difference": _difference,
}
