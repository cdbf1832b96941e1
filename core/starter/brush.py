"""A brush in subject coordinates: shapes are written once and drawn at any place, size and angle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.media.cv import cv2

Picture = NDArray[np.uint8]
"""An RGB picture, uint8, (height, width, 3)."""
Colour = tuple[int, int, int]
Point = tuple[float, float]

INK: Colour = (38, 32, 48)
_SHIFT = 4


@dataclass(frozen=True)
class Pose:
    """Where a subject stands: centre and half-height in picture units (0..1), angle in degrees, clockwise."""

    x: float = 0.5
    y: float = 0.56
    size: float = 0.3
    angle: float = 0.0


@dataclass
class Brush:
    """Draws filled, inked shapes on `canvas`; coordinates run from -1 to 1 across the subject, y downwards."""

    canvas: Picture
    pose: Pose

    def _pixels(self, points: Sequence[Point]) -> NDArray[np.int32]:
        height = self.canvas.shape[0]
        turn = np.deg2rad(self.pose.angle)
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        placed = np.asarray(points) @ rotation.T * self.pose.size + (self.pose.x, self.pose.y)
        return np.round(placed * height * (1 << _SHIFT)).astype(np.int32)

    def _thickness(self, width: float) -> int:
        return max(1, round(width * self.pose.size * self.canvas.shape[0]))

    def polygon(self, points: Sequence[Point], fill: Colour, ink: float = 0.07) -> None:
        """Fill a polygon; `ink` is the outline's width, 0 for none."""
        pixels = self._pixels(points)[None]
        cv2.fillPoly(self.canvas, list(pixels), fill, cv2.LINE_AA, _SHIFT)
        if ink:
            cv2.polylines(self.canvas, list(pixels), True, INK, self._thickness(ink), cv2.LINE_AA, _SHIFT)

    def ellipse(self, centre: Point, radii: Point, fill: Colour, ink: float = 0.07, tilt: float = 0.0) -> None:
        """Fill an ellipse given by its centre, radii and own tilt in degrees."""
        steps = np.linspace(0, 2 * np.pi, 28, endpoint=False)
        ring = np.stack([radii[0] * np.cos(steps), radii[1] * np.sin(steps)], axis=1)
        turn = np.deg2rad(tilt)
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        self.polygon(list(map(tuple, ring @ rotation.T + centre)), fill, ink)

    def box(self, centre: Point, radii: Point, fill: Colour, ink: float = 0.07) -> None:
        """Fill an axis-aligned rectangle given by its centre and half sides."""
        (x, y), (w, h) = centre, radii
        self.polygon([(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)], fill, ink)

    def line(self, points: Sequence[Point], colour: Colour = INK, width: float = 0.08) -> None:
        """Draw an open line."""
        cv2.polylines(self.canvas, [self._pixels(points)], False, colour, self._thickness(width), cv2.LINE_AA, _SHIFT)

    def arc(
        self, centre: Point, radii: Point, start: float, end: float, width: float = 0.08, colour: Colour = INK
    ) -> None:
        """Draw a part of an ellipse between two angles in degrees."""
        steps = np.deg2rad(np.linspace(start, end, 14))
        points = np.stack([centre[0] + radii[0] * np.cos(steps), centre[1] + radii[1] * np.sin(steps)], axis=1)
        self.line(list(map(tuple, points)), colour, width)

    def eye(self, centre: Point, radius: float, pupil: Colour = INK) -> None:
        """A white eye with a pupil and a spark."""
        self.ellipse(centre, (radius, radius), (255, 255, 255), 0.05)
        self.ellipse(centre, (radius * 0.55, radius * 0.6), pupil, 0)
        self.ellipse(
            (centre[0] - radius * 0.2, centre[1] - radius * 0.25), (radius * 0.2, radius * 0.2), (255, 255, 255), 0
        )
