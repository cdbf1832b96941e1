"""Says what a person's own file or folder is: by its tensors and its configuration, never by its name. No torch."""

from __future__ import annotations

import os
import re
from pathlib import Path

from core.errors import FailureKind, InputError, LacunaError
from core.files import storage_error
from core.folders import at_home
from core.i18n import tr
from core.models.found import Found
from core.models.headers import require_regular
from core.models.identify_file import identify_file
from core.models.identify_folder import identify_folder
from core.models.signs import refused
from core.models.tensors import weights_in

_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_CACHED = re.compile(r"models--(.+)--(.+)")
"""What huggingface_hub calls the folder of a repository in its cache."""
_USUAL = re.compile(r"(model|diffusion_pytorch_model|pytorch_lora_weights)(\.fp16)?")
"""Names of files that say nothing but the folder's."""


def identify(path: Path) -> Found:
    """What lies at a path, from headers and configurations alone.

    InputError for what is no component or of no use to Lacuna, LacunaError(STORAGE) for what cannot be reached.
    """
    place = _place(path)
    try:
        return identify_folder(place, title_of(place)) if place.is_dir() else _file(place)
    except OSError as error:
        raise storage_error(place, error) from error


def _file(place: Path) -> Found:
    if place.suffix.lower() == ".json" and place.parent.is_dir():
        return identify_folder(place.parent, title_of(place.parent))
    try:
        require_regular(place)
        if _is_weights(place):
            return identify_folder(place.parent, title_of(place.parent))
        return identify_file(place, title_of(place))
    except ValueError as error:
        raise refused(place.name, tr("Of the file: {reason}.", reason=error), tr("Choose another file.")) from error


def _is_weights(place: Path) -> bool:
    """Whether a file is the weights of the part in whose folder it lies: the folder's configuration tells more."""
    if place.suffix != ".safetensors" or not (place.parent / "config.json").is_file():
        return False
    return place in weights_in(place.parent)[0]


def _place(path: Path) -> Path:
    """The whole path, links left as they are: the caches of the hub are made of links."""
    if _ADDRESS.match(str(path)):
        what = tr("“{path}” is an address, not a file.", path=path)
        raise InputError(what, fix=tr("Download the file first, or choose the model on the Models page."))
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = str(path).encode(errors="replace").decode()
        what = tr("The name “{name}” is not text, so it cannot be kept on a list.", name=shown)
        raise InputError(what, fix=tr("Rename the file or its folder.")) from None
    place = at_home(path).absolute()
    if "\0" in str(place) or not os.path.lexists(place):
        fix = tr("Check the path; if it is on another disk, connect the disk.")
        raise InputError(tr("There is no file or folder “{path}”.", path=path), fix=fix)
    if place.is_dir() and not os.access(place, os.R_OK | os.X_OK):
        what = tr("“{path}” cannot be used.", path=place)
        why = tr("Your account has no right to look into it.")
        raise LacunaError(FailureKind.STORAGE, what, why, tr("Choose another folder."))
    return place


def title_of(place: Path) -> str:
    """What a person would call a file or folder; a snapshot in the hub's cache has its repository's name."""
    names = (found for parent in place.parents if (found := _CACHED.fullmatch(parent.name)))
    cached = next(names, None)
    if cached:
        return readable(cached[2])
    if place.is_file():
        return readable(place.parent.name if _USUAL.fullmatch(place.stem) else place.stem)
    return readable(place.name)


def readable(text: str) -> str:
    """A title from outside, made usable: one line of at most 80 characters that can be seen."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:80].strip() or "?"
