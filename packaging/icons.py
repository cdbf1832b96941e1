"""Makes the program's icons from Lacuna's own mark: the sizes of a Linux icon theme, .ico for Windows, .icns for macOS.

The mark stands in white on a tile of the accent colour, so that it is seen on light and on dark panels alike.
"""

from __future__ import annotations

import argparse
import os
import tomllib
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from core.files import atomic_write_text
from core.resources import resource

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
"""Pixels; the usual ones of https://specifications.freedesktop.org/icon-theme-spec."""

_ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
_ICNS_SIZE = 1024
_TILE = """<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 24 24">
<rect x="0.75" y="0.75" width="22.5" height="22.5" rx="5.2" fill="{ground}"/>
<g transform="translate(12 12) scale(0.76) translate(-12 -12)" fill="none">{inside}</g>
</svg>
"""


def source() -> str:
    """The icon as SVG, made of the mark in resources/icons and the light theme's accent."""
    theme = tomllib.loads(resource("themes", "light.toml").read_text("utf-8"))
    mark = resource("icons", "lacuna.svg").read_text("utf-8").replace("currentColor", theme["on_accent"])
    inside = mark.partition(">")[2].strip().removesuffix("</svg>")
    return _TILE.format(ground=theme["accent"], inside=inside)


def _picture(size: int) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(source().encode())).render(painter)
    painter.end()
    return image


def _ready() -> None:
    """Qt can paint from here on, without a display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if QGuiApplication.instance() is None:
        QGuiApplication(["icons"])


def write_theme(folder: Path) -> None:
    """Fill `folder` (an icon theme such as hicolor) with all sizes and the scalable icon."""
    _ready()
    atomic_write_text(folder / "scalable" / "apps" / "lacuna.svg", source())
    for size in SIZES:
        place = folder / f"{size}x{size}" / "apps"
        place.mkdir(parents=True, exist_ok=True)
        _save(size, place / "lacuna.png")


def _save(size: int, path: Path) -> None:
    if not _picture(size).save(str(path)):
        raise OSError(f"Qt could not write {path}.")


def write_windows(path: Path) -> None:
    """Write an .ico with every size that Windows shows."""
    _write_many(path, "ICO", max(_ICO_SIZES), sizes=[(size, size) for size in _ICO_SIZES])


def write_macos(path: Path) -> None:
    """Write an .icns for an application bundle."""
    _write_many(path, "ICNS", _ICNS_SIZE)


def _write_many(path: Path, kind: str, largest: int, **options: object) -> None:
    """One file of several sizes, which Pillow scales from the largest."""
    _ready()
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = path.with_suffix(".png")
    _save(largest, picture)
    try:
        with Image.open(picture) as image:
            image.save(path, kind, **options)
    finally:
        picture.unlink()


def main() -> None:
    """Write all icons into one folder."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/icons"), help="the folder; %(default)s by default")
    out: Path = parser.parse_args().out
    write_theme(out / "hicolor")
    write_windows(out / "lacuna.ico")
    write_macos(out / "lacuna.icns")


if __name__ == "__main__":
    main()
