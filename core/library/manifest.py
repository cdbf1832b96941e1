"""What an entry says about itself; a manifest may come from anywhere, so every field is checked on the way in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from core.errors import FailureKind, InputError, LacunaError
from core.i18n import tr
from core.schema import require_known

SCHEMA = 1
TEXT_LIMIT = 20_000
"""Characters of one text field."""
MAX_STARS = 5

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FIX = tr("Restore it from a copy, or move it to the trash.")


def damaged(what: str, why: str) -> LacunaError:
    """The failure for files that are not as Lacuna wrote them."""
    return LacunaError(FailureKind.DAMAGED, what, why, _FIX)


def is_safe_path(path: str) -> bool:
    """Whether a relative path with forward slashes stays inside its folder on every system."""
    parts = PurePosixPath(path).parts
    return bool(parts) and path == "/".join(parts) and ".." not in parts and not set(path) & set("\\:\0")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_LIMIT


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 64


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _is_object(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(key, str) for key in value)


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_text, value))


def _is_map_of(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, dict) and all(_is_text(k) and fits(v) for k, v in value.items())


def _is_file_list(value: object) -> bool:
    return isinstance(value, dict) and all(
        is_safe_path(path) and isinstance(digest, str) and _SHA256.fullmatch(digest) for path, digest in value.items()
    )


def _is_rating(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_STARS


_FITS: dict[str, Callable[[object], bool]] = {
    **dict.fromkeys(("name", "concept", "kind", "family", "base", "method", "preset", "prompt"), _is_text),
    **dict.fromkeys(("id", "created", "notes", "start", "encoder_family"), _is_text),
    "settings": _is_object,
    "strength": _is_number,
    "seed": _is_whole,
    "seconds": _is_map_of(_is_number),
    "versions": _is_map_of(_is_text),
    "tags": _is_list_of_texts,
    "concepts": _is_list_of_texts,
    "files": _is_file_list,
    "stars": _is_rating,
    "source": _is_text,
    "recipe": _is_object,
    "more": _is_object,
}


@dataclass(frozen=True)
class Manifest:
    """Everything needed to make the entry again.

    `base` is the SHA-256 of the encoder it changes; `files` maps paths inside the entry to their SHA-256. `id`,
    `created` (ISO 8601, UTC) and `files` are filled by `Library.add`. `concepts` are the names of all that is erased
    and `start` is the entry it went on from; both may be empty. `source` is the entry it is a copy of. `stars` is a
    person's rating from 0, for none, to 5. `recipe` holds what was asked for beyond `settings`, for `core.jobs.recipe`.
    `family` is the model it was made with and `encoder_family` the family that this model belongs to, whose other
    models may take the change as well; empty in older entries, which were all made with the bundled pair. `more` holds
    what a newer Lacuna has added without a new schema: it is carried along.
    """

    name: str
    concept: str
    kind: str
    family: str
    base: str
    method: str
    preset: str
    settings: dict[str, Any]
    strength: float
    seed: int
    prompt: str
    seconds: dict[str, float]
    versions: dict[str, str]
    id: str = ""
    created: str = ""
    concepts: tuple[str, ...] = ()
    start: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    stars: int = 0
    source: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    encoder_family: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def kin(self) -> str:
        """The family of models that its change may fit."""
        return self.encoder_family or self.family

    @property
    def gone(self) -> tuple[str, ...]:
        """The names of all that is erased."""
        return self.concepts or (self.concept,)

    def to_dict(self) -> dict[str, Any]:
        """The JSON-able form, with its schema."""
        values = {name: getattr(self, name) for name in _WRITTEN}
        return {**self.more, "schema": SCHEMA, **values, "tags": list(self.tags), "concepts": list(self.concepts)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Manifest:
        """The manifest written by `to_dict`; ValueError for a schema that is none or Newer, LacunaError(DAMAGED)."""
        require_known(data, SCHEMA)
        known = {name: data[name] for name in _WRITTEN if name in data}
        known["more"] = {name: value for name, value in data.items() if name not in (*_WRITTEN, "schema")}
        if why := _fault(known):
            raise damaged(tr("The manifest cannot be used."), why)
        lists = {name: tuple(known.get(name, ())) for name in ("tags", "concepts")}
        return cls(**{**known, **lists})


_WRITTEN = tuple(f.name for f in fields(Manifest) if f.name != "more")
"""The fields as a manifest's file has them."""
_NEEDED = tuple(f.name for f in fields(Manifest) if f.default is MISSING and f.default_factory is MISSING)


def _fault(known: dict[str, Any]) -> str:
    """What is wrong with the fields, in words; empty if nothing is."""
    if missing := [name for name in _NEEDED if name not in known]:
        return tr("It lacks {fields}.", fields=", ".join(missing))
    if wrong := [name for name, value in known.items() if not _FITS[name](value)]:
        return tr("It holds something unusable under {fields}.", fields=", ".join(wrong))
    return ""


def manifest_text(manifest: Manifest) -> str:
    """The manifest as a JSON file; InputError if a field could not be read back."""
    data = manifest.to_dict()
    if why := _fault({name: value for name, value in data.items() if name in _WRITTEN}):
        raise InputError(tr("The entry cannot be described."), why)
    return json_text(data)


def json_text(data: dict[str, Any]) -> str:
    """Readable JSON with a final line break; InputError for values that JSON has no word for."""
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(tr("The entry cannot be written as JSON."), f"{error}.") from error
    return text


class Fit(StrEnum):
    """How an entry goes onto an encoder: onto the very one it was made for, or onto another of its family."""

    EXACT = "exact"
    TRANSFER = "transfer"


def require_base(manifest: Manifest, fingerprint: str, title: str, family: str = "") -> Fit:
    """How the entry fits the encoder of this fingerprint, in the model `title`; LacunaError(DAMAGED) if not at all.

    With `family`, the family the model belongs to, an entry made with another model of it may be carried over: its
    change is added to this model's own weights, as fine-tuned encoders stay near to what they were tuned from. Whether
    the tensors have the same names and shapes is for `core.models.tensors.require_fit`. The bundled pair passes no
    family: an encoder that was trained anew has nothing in common with the one before.
    """
    if manifest.base == fingerprint:
        return Fit.EXACT
    if family and family == manifest.kin:
        return Fit.TRANSFER
    raise LacunaError(
        FailureKind.DAMAGED,
        tr("“{name}” was made for another text encoder.", name=manifest.name),
        tr("Its base has a different fingerprint from the model's encoder."),
        tr("Erase the concept again with the model “{title}”.", title=title),
    )


def transfer_note(manifest: Manifest, title: str) -> str:
    """What a person is told where an entry goes onto another model than its own."""
    return tr(
        "“{name}” was made with the model “{family}”. Its change is added to the text encoder of “{title}”, which is "
        "another one of the same family: measure it there before you rely on it.",
        name=manifest.name,
        family=manifest.family,
        title=title,
    )
