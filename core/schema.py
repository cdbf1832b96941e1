"""Which schema a file is of, and what is said and not done where a newer Lacuna wrote it: such a file stays as it is.

A field that an older Lacuna may carry along unread, though it changes what it knows, is added to a format as it is;
anything else raises the format's schema by one. A file without a schema is of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.i18n import tr

FIRST = 1


class Newer(ValueError):
    """What is read is of a schema that only a newer Lacuna knows."""


def update_fix() -> str:
    """What a person can do about a file of a newer Lacuna."""
    return tr("Update Lacuna, or use another folder.")


def schema_of(data: Mapping[str, Any]) -> int:
    """The schema of what a file holds; ValueError says in words that it is none."""
    schema = data.get("schema", FIRST)
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < FIRST:
        raise ValueError(tr("its schema is not a version number"))
    return schema


def require_known(data: Mapping[str, Any], newest: int) -> None:
    """Newer where the schema is above `newest`, the one that this Lacuna writes; ValueError for none."""
    if schema_of(data) > newest:
        raise Newer(tr("it was written by a newer Lacuna"))


def read_known(path: Path, newest: int) -> dict[str, Any]:
    """The JSON object in a file whose schema is known; Newer, or ValueError as `read_object` raises it."""
    from core.files import read_object  # its sentences are chosen at import, and the settings are read before that

    data = read_object(path)
    require_known(data, newest)
    return data


def newer_error(path: Path) -> InputError:
    """The refusal to read or change a file of a newer Lacuna, which is kept as it is."""
    return InputError(
        tr("“{path}” was written by a newer Lacuna.", path=path),
        tr("This one does not know its format, and leaves it as it is."),
        update_fix(),
    )


def is_newer(path: Path, newest: int) -> bool:
    """Whether a newer Lacuna wrote the file; a broken one is nobody's."""
    try:
        read_known(path, newest)
    except Newer:
        return True
    except ValueError:
        pass
    return False


def require_not_newer(path: Path, newest: int, named: Path | None = None) -> None:
    """InputError where a newer Lacuna wrote the file: what an older one made of it, or put there, would lose something.

    `named` is what a person knows the file by, where that is another path.
    """
    if is_newer(path, newest):
        raise newer_error(named or path)
