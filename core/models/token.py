"""The token of a person's account at the hub: from HF_TOKEN, or a file of its own that others may not read.

It stands in no setting, log or report, and is sent to the host that was asked and to no other.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from core.errors import InputError
from core.files import storage, sync_folder
from core.folders import config_folder
from core.i18n import tr

VARIABLE = "HF_TOKEN"
_TOKEN = re.compile(r"[!-~]{8,512}")
_LIMIT = 4096


def token_file() -> Path:
    """Where the token lies; the file need not exist."""
    return config_folder() / "hub-token"


def token() -> str:
    """The token, the environment's before the file's; empty without one."""
    return os.environ.get(VARIABLE, "").strip() or _stored()


def checked_token() -> str:
    """The token as it may be sent; InputError where HF_TOKEN or the file holds what no server could read."""
    found = token()
    if found and not _TOKEN.fullmatch(found):
        raise InputError(
            tr("The token that is kept is none."),
            tr("It has characters or a length that no token has."),
            tr("Enter it anew on the Models page, or correct the environment variable {name}.", name=VARIABLE),
        )
    return found


def _stored() -> str:
    path = token_file()
    if not path.is_file():
        return ""
    with storage(path), path.open("rb") as file:
        return file.read(_LIMIT).decode("utf-8", "replace").strip()


def set_token(text: str) -> None:
    """Keep a token; InputError for what is none. The file is made unreadable to others before anything is in it."""
    given = text.strip()
    if not _TOKEN.fullmatch(given):
        raise InputError(tr("This is not a token."), fix=tr("Copy it from your account's page at the hub once more."))
    path = token_file()
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(given.encode())
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(path.parent)


def clear_token() -> None:
    """Forget the token that was kept; one in the environment stays."""
    with storage(token_file()):
        token_file().unlink(missing_ok=True)
