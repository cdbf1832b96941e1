"""Which licences a person has accepted: `licences.json` in the models folder, a line each with its time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import FailureKind, InputError, LacunaError
from core.files import atomic_write_text
from core.i18n import tr
from core.models.offers import Offer
from core.models.registry import locked, models_folder
from core.schema import Newer, newer_error, read_known

SCHEMA = 1
_NAME, _LOCK = "licences.json", "licences.lock"


def accepted(offer: Offer, root: Path | None = None) -> bool:
    """Whether this licence of this model was accepted, or need not be; a licence of another name is another one."""
    wanted = (offer.id, offer.licence.name)
    return not offer.licence.accept or wanted in {(entry["id"], entry["licence"]) for entry in _entries(root)}


def accept(offer: Offer, root: Path | None = None) -> None:
    """Write down that the person accepts, once."""
    folder = root or models_folder()
    with locked(folder / _LOCK):
        if accepted(offer, folder):
            return
        entry = {"id": offer.id, "licence": offer.licence.name, "time": datetime.now(UTC).isoformat(timespec="seconds")}
        data = {"schema": SCHEMA, "accepted": [*_entries(folder), entry]}
        atomic_write_text(folder / _NAME, json.dumps(data, ensure_ascii=False, indent=1))


def require_accepted(offer: Offer, root: Path | None = None) -> None:
    """InputError where the licence must be accepted first."""
    if not accepted(offer, root):
        raise InputError(
            tr("The licence of “{title}” has not been accepted.", title=offer.title),
            tr("Its licence: {licence}.", licence=offer.licence.name),
            tr("Read it at {url} and accept it before the download.", url=offer.licence.url),
        )


def _entries(root: Path | None) -> list[dict[str, Any]]:
    path = (root or models_folder()) / _NAME
    if not path.exists():
        return []
    try:
        listed = read_known(path, SCHEMA)["accepted"]
        return [{key: str(entry[key]) for key in ("id", "licence", "time")} for entry in listed]
    except Newer:
        raise newer_error(path) from None
    except (ValueError, KeyError, TypeError) as error:
        what = tr("The list of accepted licences in “{path}” cannot be used.", path=path)
        fix = tr("Move the file away and accept the licences again.")
        raise LacunaError(FailureKind.DAMAGED, what, f"{error}.", fix) from error
