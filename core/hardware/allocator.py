"""How torch's memory on a GPU is parcelled out, said before torch is imported. No torch."""

from __future__ import annotations

import os
import sys

_VARIABLE = "PYTORCH_CUDA_ALLOC_CONF"


def prepare_allocator() -> None:
    """Let segments grow, so that free memory in small pieces is not lost; a person's own choice is left as it is.

    Windows knows no such segments, and torch would warn there.
    """
    if sys.platform != "win32":
        os.environ.setdefault(_VARIABLE, "expandable_segments:True")
