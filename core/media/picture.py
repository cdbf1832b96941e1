"""Pictures on disk: PNG out, with what made it in a text chunk; PNG, JPEG, WebP and BMP in, however hostile."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from core.errors import InputError
from core.files import atomic_write_bytes
from core.i18n import tr
from core.media.cv import cv2

FORMATS = ("PNG", "JPEG", "WEBP", "BMP")
_FIX = tr("Choose a PNG, JPEG, WebP or BMP picture.")


def as_pictures(pictures: ArrayLike, dimensions: int) -> NDArray[np.uint8]:
    """The array if it is RGB bytes of that many dimensions (3: one picture, 4: a clip) and not empty; InputError."""
    array = np.asarray(pictures)
    if array.dtype != np.uint8 or array.ndim != dimensions or array.shape[-1] != 3 or not array.size:
        what = tr("An array of {kind} and shape {shape} is not RGB bytes.", kind=array.dtype, shape=array.shape)
        raise InputError(what)
    return array


def enlarge(picture: NDArray[np.uint8], scale: int) -> NDArray[np.uint8]:
    """The picture `scale` times as wide and high, by cubic interpolation."""
    if scale == 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)


def resized(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """The picture at another size, averaged where it shrinks."""
    smaller = width < picture.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height), interpolation=how), np.uint8)


def small(picture: NDArray[np.uint8], most: int) -> NDArray[np.uint8]:
    """The picture, shrunk where its longer side has more than `most` pixels."""
    height, width = picture.shape[:2]
    scale = min(1.0, most / max(height, width))
    return picture if scale == 1 else resized(picture, max(1, round(width * scale)), max(1, round(height * scale)))


def png_bytes(picture: ArrayLike, metadata: Mapping[str, Any] | None = None) -> bytes:
    """A PNG file of an (h, w, 3) RGB byte array, with `metadata` as JSON in the text chunk `Comment`."""
    info, out = PngInfo(), io.BytesIO()
    if metadata:
        info.add_itxt("Comment", json.dumps(dict(metadata), ensure_ascii=False, allow_nan=False))
    Image.fromarray(as_pictures(picture, 3)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def write_picture(path: Path, picture: ArrayLike, metadata: Mapping[str, Any], scale: int = 1) -> Path:
    """Write a PNG with its metadata inside and return its path; LacunaError(STORAGE) leaves nothing behind."""
    atomic_write_bytes(path, png_bytes(enlarge(as_pictures(picture, 3), scale), metadata))
    return path


def upright(image: Image.Image) -> Image.Image:
    """As a person sees it: turned as the camera says, transparent parts on white."""
    try:
        turned = ImageOps.exif_transpose(image)
    except (ValueError, TypeError, SyntaxError, struct.error):  # its EXIF is broken, which says nothing of its pixels
        turned = image
    if not turned.has_transparency_data:
        return turned.convert("RGB")
    solid = turned.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", solid.size, "white"), solid).convert("RGB")


def _too_large(path: Path, why: str) -> InputError:
    return InputError(tr("“{name}” is too large.", name=path.name), why, tr("Shrink it."))


def read_picture(path: Path, limit_pixels: int = 64_000_000) -> NDArray[np.uint8]:
    """The picture as an (h, w, 3) RGB byte array; InputError if it is missing, broken, too large or no picture."""
    if not path.is_file():
        raise InputError(tr("There is no picture “{path}”.", path=path), fix=tr("Check the path."))
    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > limit_pixels:
                width, height = image.size
                raise _too_large(path, tr("It has {width} × {height} pixels.", width=width, height=height))
            return np.array(upright(image))
    except Image.DecompressionBombError:
        raise _too_large(path, tr("It has hundreds of millions of pixels.")) from None
    except UnidentifiedImageError:
        raise InputError(tr("“{name}” is not a picture Lacuna can read.", name=path.name), fix=_FIX) from None
    except (OSError, ValueError, SyntaxError) as error:
        why = tr("Reading it failed: {error}.", error=error)
        raise InputError(tr("“{name}” is broken.", name=path.name), why, _FIX) from None
