"""The drawn world: a scene is a few words' worth of facts, and a picture or clip of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.media.cv import cv2
from core.starter.brush import Brush, Colour, Picture, Pose
from core.starter.styles import STYLES
from core.starter.subjects import SUBJECTS

FRAMES = 12
"""Frames in a clip of the world, shown at 8 a second."""

COLOURS: dict[str, Colour] = {
    "red": (225, 50, 50),
    "orange": (250, 150, 40),
    "yellow": (250, 220, 60),
    "green": (70, 185, 80),
    "blue": (60, 110, 230),
    "purple": (160, 80, 200),
}
OBJECTS = ("car", "star", "house", "umbrella", "sailboat", "rocket")
BACKGROUNDS = ("meadow", "night", "beach", "room")
MOTIONS = ("right", "left", "bounce", "rock", "grow", "still")


@dataclass(frozen=True)
class Scene:
    """Everything a caption may speak of. `colour` is None for subjects that bring their own."""

    subject: str
    colour: str | None
    style: str | None
    background: str
    motion: str
    pose: Pose
    seed: int = 0


def _sky(canvas: Picture, top: Colour, bottom: Colour, until: float) -> None:
    rows = max(1, int(canvas.shape[0] * until))
    ramp = np.linspace(0, 1, rows)[:, None, None]
    canvas[:rows] = (np.array(top) * (1 - ramp) + np.array(bottom) * ramp).astype(np.uint8)


def _meadow(canvas: Picture, brush: Brush, rng: np.random.Generator) -> None:
    _sky(canvas, (150, 212, 250), (222, 242, 252), 0.66)
    canvas[int(canvas.shape[0] * 0.66) :] = (150, 205, 110)
    brush.ellipse((rng.uniform(-0.6, 0.6), 0.52), (0.8, 0.26), (128, 190, 98), 0)
    brush.ellipse((rng.uniform(-0.7, 0.7), -0.7), (0.24, 0.09), (255, 255, 255), 0)


def _night(canvas: Picture, brush: Brush, rng: np.random.Generator) -> None:
    _sky(canvas, (22, 26, 66), (52, 58, 120), 0.74)
    canvas[int(canvas.shape[0] * 0.74) :] = (38, 42, 78)
    x = rng.uniform(0.4, 0.75) * rng.choice((-1, 1))
    brush.ellipse((x, -0.68), (0.17, 0.17), (250, 240, 200), 0)
    for _ in range(5):
        brush.ellipse((rng.uniform(-0.95, 0.95), rng.uniform(-0.95, -0.2)), (0.025, 0.025), (255, 255, 240), 0)


def _beach(canvas: Picture, brush: Brush, rng: np.random.Generator) -> None:
    _sky(canvas, (255, 214, 150), (255, 238, 205), 0.5)
    height = canvas.shape[0]
    canvas[int(height * 0.5) : int(height * 0.68)] = (70, 170, 190)
    canvas[int(height * 0.68) :] = (240, 218, 165)
    brush.ellipse((rng.uniform(-0.75, 0.75), -0.02), (0.2, 0.2), (255, 180, 90), 0)
    canvas[int(height * 0.5) : int(height * 0.68)] = (70, 170, 190)


def _room(canvas: Picture, brush: Brush, rng: np.random.Generator) -> None:
    canvas[:] = (244, 214, 218)
    canvas[int(canvas.shape[0] * 0.76) :] = (172, 120, 96)
    x = rng.uniform(0.55, 0.75) * rng.choice((-1, 1))
    brush.box((x, -0.55), (0.24, 0.28), (252, 250, 244), 0.05)
    brush.box((x, -0.55), (0.14, 0.17), (150, 190, 200), 0)


_BACKDROPS = {"meadow": _meadow, "night": _night, "beach": _beach, "room": _room}


def pose_at(scene: Scene, t: float) -> Pose:
    """The subject's pose at time `t` in [0, 1] of its motion."""
    base = scene.pose
    if scene.motion in ("right", "left"):
        way = 1 if scene.motion == "right" else -1
        return replace(base, x=0.5 + way * 0.46 * (t - 0.5), angle=way * 9.0)
    if scene.motion == "bounce":
        return replace(base, y=base.y + 0.1 - 0.3 * abs(np.sin(2 * np.pi * t)))
    if scene.motion == "rock":
        return replace(base, angle=26.0 * np.sin(2 * np.pi * t))
    if scene.motion == "grow":
        return replace(base, size=base.size * (0.45 + 0.75 * t))
    return base


def draw(scene: Scene, size: int, t: float = 0.5) -> Picture:
    """One picture of the scene, (size, size, 3), drawn at double size and averaged down."""
    canvas = np.zeros((size * 2, size * 2, 3), np.uint8)
    stage = Brush(canvas, Pose(0.5, 0.5, 0.5))
    _BACKDROPS[scene.background](canvas, stage, np.random.default_rng(scene.seed))
    pose = pose_at(scene, t)
    ground = scene.pose.y + scene.pose.size * 0.95 if scene.motion != "grow" else pose.y + pose.size * 0.95
    red, green, blue = (int(c * 0.8) for c in canvas[int(min(0.97, ground) * size * 2), size // 4].tolist())
    Brush(canvas, Pose(pose.x, ground, pose.size)).ellipse((0, 0), (0.75, 0.13), (red, green, blue), 0)
    SUBJECTS[scene.subject](Brush(canvas, pose), COLOURS.get(scene.colour or "", (128, 128, 128)))
    picture = cv2.resize(canvas, (size, size), interpolation=cv2.INTER_AREA)
    return STYLES[scene.style](picture) if scene.style else picture


def draw_clip(scene: Scene, size: int, frames: int = FRAMES) -> Picture:
    """A clip of the scene, (frames, size, size, 3)."""
    return np.stack([draw(scene, size, k / (frames - 1)) for k in range(frames)])


def random_scene(rng: np.random.Generator, motion: str | None = None, styled: float = 0.35) -> Scene:
    """A scene with every fact drawn independently; a `styled` share of them wear an artist's style."""
    subject = str(rng.choice(list(SUBJECTS)))
    pose = Pose(
        x=rng.uniform(0.42, 0.58), y=rng.uniform(0.53, 0.6), size=rng.uniform(0.31, 0.37), angle=rng.uniform(-3, 3)
    )
    return Scene(
        subject=subject,
        colour=str(rng.choice(list(COLOURS))) if subject in OBJECTS else None,
        style=str(rng.choice(list(STYLES))) if rng.random() < styled else None,
        background=str(rng.choice(BACKGROUNDS)),
        motion=motion or str(rng.choice(MOTIONS)),
        pose=pose,
        seed=int(rng.integers(1 << 31)),
    )
