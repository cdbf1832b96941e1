from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import os
from core.media.cv import cv2
print(cv2.__version__, [n for n in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR") if n in os.environ])
"""


def test_opencv_leaves_qts_environment_alone() -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("QT_QPA_")}
    environment = {**clean, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
