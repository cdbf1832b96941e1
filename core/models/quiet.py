"""Keeps diffusers and transformers from talking: what a person must know, Lacuna says itself."""

from __future__ import annotations

from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging


def quiet() -> None:
    """No warnings and no progress bars from either library; may be called any number of times."""
    for logging in (diffusers_logging, transformers_logging):
        logging.set_verbosity_error()
        logging.disable_progress_bar()
