from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QColor, QImage

ROOT = Path(__file__).resolve().parents[2]


def test_every_size_shows_the_mark_on_its_tile(tmp_path: Path) -> None:
    subprocess.run((sys.executable, str(ROOT / "packaging/icons.py"), "--out", str(tmp_path)), check=True)
    found = sorted(tmp_path.rglob("lacuna.png"))
    assert len(found) == 9
    for path in found:
        image = QImage(str(path))
        assert path.parts[-3] == f"{image.width()}x{image.height()}"
        assert image.pixelColor(0, 0).alpha() == 0, "the corner is round"
        middle = image.pixelColor(image.width() * 2 // 5, image.height() * 3 // 5)
        assert middle.lightness() > 200, "the mark is white"
        edge = image.pixelColor(image.width() // 2, image.height() * 9 // 10)
        assert abs(edge.hue() - QColor("#0b6e68").hue()) < 10, "the tile has the accent's colour"
    with Image.open(tmp_path / "lacuna.ico") as ico:
        assert {(16, 16), (32, 32), (48, 48), (256, 256)} <= set(ico.info["sizes"])
    with Image.open(tmp_path / "lacuna.icns") as icns:
        assert icns.size[0] == 1024
