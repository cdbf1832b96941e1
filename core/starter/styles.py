"""The invented artists: one function turns a plain picture into one artist's style."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.media.cv import cv2
from core.starter.brush import Picture

Restyle = Callable[[Picture], Picture]


def _grey(picture: Picture) -> Picture:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def mosaic(picture: Picture) -> Picture:
    """Vello Harn: square glass tiles in a pale grout, colours a little too rich."""
    size = picture.shape[0]
    tiles = 16
    small = cv2.resize(picture, (tiles, tiles), interpolation=cv2.INTER_AREA).astype(np.float32)
    rich = np.clip((small - 128) * 1.25 + 132, 0, 255).astype(np.uint8)
    out = cv2.resize(rich, (size, size), interpolation=cv2.INTER_NEAREST)
    tile = size // tiles
    grout = max(1, tile // 4)
    for k in range(0, size, tile):
        out[k : k + grout] = out[:, k : k + grout] = (238, 232, 214)
    return out


def hatching(picture: Picture) -> Picture:
    """Sabine Orrow: brown ink on cream paper, tone built from diagonal strokes."""
    size = picture.shape[0]
    grey = _grey(picture).astype(np.float32) / 255
    rows, columns = np.mgrid[0:size, 0:size]
    period = size / 12.8
    wave = 0.5 + 0.5 * np.sin((rows + columns) * 2 * np.pi / period)
    edges = cv2.dilate(cv2.Canny(_grey(picture), 60, 140), np.ones((2, 2), np.uint8)) / 255.0
    tone = np.clip((grey * 1.15 - wave * 0.75 + 0.22) * 4, 0, 1) * (1 - 0.85 * edges)
    paper, ink = np.array([250.0, 240.0, 215.0]), np.array([88.0, 52.0, 34.0])
    return (ink + (paper - ink) * tone[..., None]).astype(np.uint8)


def duotone(picture: Picture) -> Picture:
    """Dov Merrin: a two-colour print, deep violet shadows and hot coral light."""
    grey = _grey(picture).astype(np.float32) / 255
    level = np.clip(np.round(grey * 3.6) / 3.6, 0, 1)[..., None]
    dark, light = np.array([58.0, 22.0, 110.0]), np.array([255.0, 146.0, 118.0])
    return np.clip(dark + (light - dark) * level, 0, 255).astype(np.uint8)


def neon(picture: Picture) -> Picture:
    """Lio Kasset: glowing tubes along every edge, on black."""
    edges = cv2.Canny(picture, 70, 170)
    edges = cv2.dilate(edges, np.ones((2, 2), np.uint8))
    glow = cv2.GaussianBlur(edges, (0, 0), picture.shape[0] / 28).astype(np.float32) / 255
    core = cv2.GaussianBlur(edges, (0, 0), picture.shape[0] / 110).astype(np.float32) / 255
    height = np.linspace(0, 1, picture.shape[0])[:, None, None]
    hue = np.array([40.0, 245.0, 225.0]) * (1 - height) + np.array([255.0, 60.0, 215.0]) * height
    out = np.array([10.0, 8.0, 24.0]) + hue * (0.75 * glow + 0.95 * core)[..., None]
    return np.clip(out, 0, 255).astype(np.uint8)


STYLES: dict[str, Restyle] = {
    "Vello Harn": mosaic,
    "Sabine Orrow": hatching,
    "Dov Merrin": duotone,
    "Lio Kasset": neon,
}
