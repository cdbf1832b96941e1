"""What a person has set, in a typed and versioned TOML file that keeps their comments and what it does not know."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Generator, Mapping, MutableMapping
from configparser import ConfigParser, Error
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.errors import FailureKind, InputError, LacunaError
from core.folders import at_home, data_folder, portable_folder, portable_note, settings_file
from core.i18n import LANGUAGES, tr
from core.schema import schema_of

SCHEMA = 2
"""Version 1 was the window's own INI file, which held the theme as `scheme`."""

MEMORY = ("auto", "low", "balanced", "high")
"""How many pictures are made at once, from the fewest; `auto` goes by the device's memory."""

_CHOICES = {"memory": MEMORY, "theme": ("system", "light", "dark"), "language": ("system", *LANGUAGES)}
_DEVICE = re.compile(r"auto|cpu|mps|cuda|cuda:\d{1,2}")
_LIMIT = 1_000_000
_HEADER = "What was set in Lacuna. Lines that you add are kept."


@dataclass(frozen=True)
class Settings:
    """Every setting and its default. `library` and `models` are folders, empty for the usual ones.

    `device` is torch's name or auto. `autosave` keeps a form that is being filled in for the next start, `notify` tells
    the desktop of finished jobs, `offline` forbids every download, `updates` lets the window ask for a newer version,
    and `welcomed` says that the first run is over.
    """

    library: str = ""
    models: str = ""
    device: str = "auto"
    memory: str = "auto"
    theme: str = "system"
    language: str = "system"
    autosave: bool = True
    notify: bool = True
    offline: bool = False
    updates: bool = False
    welcomed: bool = False


DEFAULTS = Settings()
KEYS = tuple(field.name for field in fields(Settings))


@dataclass(frozen=True)
class Loaded:
    """Settings as read; `note` is what a person must know about the file, and `locked` why it is not to be changed."""

    settings: Settings = DEFAULTS
    note: str = ""
    locked: str = ""

    @property
    def writable(self) -> bool:
        """Whether the file may be changed."""
        return not self.locked


def checked(key: str, value: object) -> Any:
    """The value if a setting of this name takes it; else InputError says what it takes."""
    if key not in KEYS:
        raise InputError(tr("There is no setting “{key}”.", key=key), fix=tr("Known: {names}.", names=", ".join(KEYS)))
    if isinstance(getattr(DEFAULTS, key), bool):
        if not isinstance(value, bool):
            raise _refused(key, value, tr("It is either on or off: true or false."))
    elif not isinstance(value, str) or "\0" in value:
        raise _refused(key, value, tr("It must be text."))
    elif key in _CHOICES and value not in _CHOICES[key]:
        raise _refused(key, value, tr("It takes one of: {names}.", names=", ".join(_CHOICES[key])))
    elif key == "device" and not _DEVICE.fullmatch(value):
        raise _refused(key, value, tr("It takes auto, cpu, mps, or a GPU such as cuda:0."))
    return value


def _refused(key: str, value: object, why: str) -> InputError:
    return InputError(tr("The setting “{key}” cannot be “{value}”.", key=key, value=value), why)


def parse(key: str, text: str) -> Any:
    """The value that a person wrote as text on the command line; InputError where the setting does not take it."""
    if key in KEYS and isinstance(getattr(DEFAULTS, key), bool):
        words = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}
        return checked(key, words.get(text.strip().lower(), text))
    return checked(key, text)


def _from_1(values: MutableMapping[str, Any]) -> None:
    if "scheme" in values:
        values["theme"] = values.pop("scheme")


MIGRATIONS: dict[int, Callable[[MutableMapping[str, Any]], None]] = {1: _from_1}
"""What leads from a schema to the next one, in place."""


def migrate(values: MutableMapping[str, Any]) -> None:
    """Bring older values to today's schema, step by step; a schema that is no number is a ValueError."""
    schema = schema_of(values)
    for step in range(schema, SCHEMA):
        MIGRATIONS[step](values)
    values["schema"] = max(schema, SCHEMA)


_BROKEN = (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError)


def peek(path: Path | None = None) -> Settings:
    """The settings as far as they can be read, nothing told or moved: for the language, which comes before any word."""
    try:
        return _known(_migrated(path or settings_file()))[0]
    except (*_BROKEN, OSError):
        return DEFAULTS


def _migrated(path: Path) -> dict[str, Any]:
    values = _values(path)
    migrate(values)
    return values


def load(path: Path | None = None) -> Loaded:
    """Read the file; one that is broken is kept aside, one of a newer version is only read. Raises nothing.

    Of the usual file, the note also says what keeps a copy with the marker from being portable.
    """
    if path:
        return _loaded(path)
    found = _loaded(settings_file())
    return replace(found, note=" ".join(filter(None, (portable_note(), found.note))))


def _loaded(path: Path) -> Loaded:
    try:
        values = _migrated(path)
    except _BROKEN as error:
        return _set_aside(path, str(error))
    except OSError as error:
        what = tr("The settings in “{path}” cannot be read: {why}.", path=path, why=error.strerror)
        return Loaded(note=f"{what} {tr('The usual settings are used.')}", locked=what)
    settings, notes = _known(values)
    if values["schema"] == SCHEMA:
        return Loaded(settings, " ".join(notes))
    newer = tr("“{path}” was written by a newer Lacuna, and is left as it is: update Lacuna to change it.", path=path)
    brief = tr("Changes made here last until Lacuna is closed.")
    return Loaded(settings, " ".join((newer, brief, *notes)), newer)


def _values(path: Path) -> dict[str, Any]:
    if not path.exists():
        return _from_ini(path.parent)
    if path.stat().st_size > _LIMIT:
        raise ValueError(tr("it is too large"))
    return tomllib.loads(path.read_text("utf-8"))


def _from_ini(folder: Path) -> dict[str, Any]:
    """What the first version kept beside the window's size."""
    found = ConfigParser(interpolation=None, strict=False)
    try:
        found.read([Path.home() / ".config/Lacuna/window.ini", folder / "window.ini"], "utf-8")
    except (Error, UnicodeDecodeError, OSError):
        return {}
    scheme = found.get("General", "scheme", fallback="")
    return {"schema": 1, "scheme": scheme} if scheme in _CHOICES["theme"] else {}


def _known(values: Mapping[str, Any]) -> tuple[Settings, tuple[str, ...]]:
    """The settings among the values, and what is wrong with those that fall back to their default."""
    good: dict[str, Any] = {}
    notes = []
    for key in set(KEYS) & set(values):
        try:
            good[key] = checked(key, values[key])
        except InputError as error:
            notes.append(f"{error} {tr('The usual value is used.')}")
    return replace(DEFAULTS, **good), tuple(sorted(notes))


def _set_aside(path: Path, why: str) -> Loaded:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"{path.name}.broken-{stamp}")
    what = tr("The settings could not be read: {why}.", why=why)
    try:
        path.rename(kept)
    except OSError:
        return Loaded(note=f"{what} {tr('The usual settings are used.')}", locked=what)
    return Loaded(note=f"{what} {tr('The file is kept as “{path}”; the usual settings are used.', path=kept)}")


_GIVEN: ContextVar[Mapping[str, str]] = ContextVar("given", default=MappingProxyType({}))


def current() -> Settings:
    """The settings as they stand in the file now, but for what this command was told otherwise."""
    return replace(load().settings, **_GIVEN.get())


@contextmanager
def overriding(**given: str) -> Generator[None]:
    """Let `current` say otherwise meanwhile, empty values aside; InputError for what a setting does not take."""
    token = _GIVEN.set({key: checked(key, value) for key, value in given.items() if value})
    try:
        yield
    finally:
        _GIVEN.reset(token)


def change(path: Path | None = None, /, **given: object) -> Settings:
    """Write these settings into the file, and leave the rest of it alone; InputError, or STORAGE from the disk."""
    from tomlkit import TOMLDocument, comment, document
    from tomlkit import parse as read

    path = path or settings_file()
    values = {key: checked(key, value) for key, value in given.items()}
    if why := load(path).locked:
        raise LacunaError(FailureKind.STORAGE, tr("The settings in “{path}” cannot be changed.", path=path), why)
    if path.exists():
        kept: TOMLDocument = read(path.read_text("utf-8"))
    else:
        kept = document()
        kept.add(comment(_HEADER))
        kept.update({"schema": SCHEMA} | _from_ini(path.parent))
    migrate(kept)
    kept.update(values)
    _write(path, kept.as_string())
    return load(path).settings


def _write(path: Path, text: str) -> None:
    from core.files import atomic_write_text  # its sentences are chosen at import, which must wait for the language

    atomic_write_text(path, text)


def reset_values() -> dict[str, Any]:
    """What a reset sets: the defaults, but for the library's folder and for whether the person was welcomed."""
    return {key: value for key, value in asdict(DEFAULTS).items() if key not in ("library", "models", "welcomed")}


def as_dict(settings: Settings) -> dict[str, Any]:
    """The settings by name."""
    return asdict(settings)


def library_folder(chosen: str = "") -> Path:
    """The library's folder: the one named here, else the one that is set, else the usual place."""
    if chosen:
        return at_home(chosen).absolute()
    return data_folder() / at_home(current().library or "library")


def storable(folder: Path) -> str:
    """How a folder is written down: a portable copy names what lies inside it from itself, so that it may move."""
    home = portable_folder()
    inside = home is not None and folder.is_relative_to(home)
    return folder.relative_to(data_folder()).as_posix() if inside else str(folder)
