"""A folder of numbered PNG files: every pixel as it is, for programs that take pictures; the metadata in each."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from core.files import storage, sync_folder, write_synced
from core.media.film import Clip, Tell
from core.media.picture import enlarge, png_bytes


def as_frames(path: Path, clip: Clip, scale: int, tell: Tell) -> None:
    """Write `0001.png` and so on into a new folder, which is there whole or not at all; each tells its second."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    digits = max(4, len(str(len(clip.frames))))
    with storage(path):
        try:
            part.mkdir()
            for number, (frame, start) in enumerate(zip(clip.frames, clip.starts, strict=True), 1):
                about = {**clip.metadata, "frame": number, "second": round(start, 4), "fps": clip.fps}
                write_synced(part / f"{number:0{digits}}.png", png_bytes(enlarge(frame, scale), about))
                tell(number, len(clip.frames))
            os.replace(part, path)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        sync_folder(path.parent)
