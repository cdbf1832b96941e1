"""Reads what is offered and installed, and asks how each would fit this computer. No Qt: it runs beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import LacunaError
from core.hardware.planner import foresee
from core.hardware.tasks import Task, Work
from core.hardware.verdict import Verdict
from core.i18n import tr
from core.models.catalogue import FAMILIES, FamilyCard, assembled, sheet
from core.models.component import Component, Role
from core.models.downloads import Downloads, State, Status
from core.models.offers import Offer, offers
from core.settings import current
from gui.state.model_row import ModelRow, enables


@dataclass(frozen=True)
class Read:
    """The models as they stand, and why the list of the installed ones could not be read, if so."""

    rows: tuple[ModelRow, ...]
    note: str = ""


def read_models(downloads: Downloads) -> Read:
    """Every model: the bundled pair, what is offered, and the person's own files; in the order of the families."""
    note = ""
    try:
        installed = downloads.registry.components()
    except LacunaError as error:
        installed, note = (), str(error)
    known = {component.id: component for component in installed}
    listed = offers(downloads.registry.root)
    offered = {offer.id for offer in listed}
    rows = [
        _bundled(),
        *(_offered(offer, known.get(offer.id), downloads, installed) for offer in listed),
        *(_own(component, installed) for component in installed if component.id not in offered),
    ]
    return Read(tuple(sorted(rows, key=_order)), note)


def _order(row: ModelRow) -> tuple[int, bool, str]:
    return (FAMILIES.index(row.family) if row.family in FAMILIES else len(FAMILIES), row.own, row.title.casefold())


def _bundled() -> ModelRow:
    card = sheet("starter")
    held = sum(path.stat().st_size for path in card.folder.rglob("*") if path.is_file())
    told = enables(Role.BASE, "starter", (), card)
    status = Status(State.READY, held, held)
    return ModelRow("starter", tr(card.title), tr(card.summary), Role.BASE, "starter", card.licence, held, status,
                    enables=told)  # fmt: skip


def _offered(
    offer: Offer, component: Component | None, downloads: Downloads, installed: tuple[Component, ...]
) -> ModelRow:
    try:
        status = downloads.state(offer.id)
    except LacunaError as error:
        status = Status(State.FAILED, 0, offer.bytes, error=error)
    return ModelRow(
        id=offer.id,
        title=offer.title,
        summary=tr(offer.summary),
        role=offer.role,
        family=offer.family,
        licence=offer.licence.name,
        bytes=status.total or offer.bytes,
        status=status,
        offer=offer,
        component=component,
        enables=_enables(component or _would_be(offer), installed),
        problems=component.problems if component else (),
    )


def _own(component: Component, installed: tuple[Component, ...]) -> ModelRow:
    held, problems = sum(size for size, _ in component.files.values()), component.problems
    return ModelRow(
        id=component.id,
        title=component.title,
        summary=tr("Your own files, linked where they lie."),
        role=component.role,
        family=component.family,
        licence=component.licence,
        bytes=held,
        status=Status(State.DAMAGED if problems else State.READY, held, held),
        component=component,
        enables=_enables(component, installed),
        problems=problems,
    )


def _would_be(offer: Offer) -> Component:
    """What an offer would be on the list, its files not there yet."""
    return offer.component(Path(offer.id), {})


def _enables(component: Component, installed: tuple[Component, ...]) -> str:
    bases = tuple(c.title for c in installed if c.role is Role.BASE and c.family == component.family)
    card = assembled(component, installed) if component.role is Role.BASE else None
    return enables(component.role, component.family, bases, card)


def fits(rows: tuple[ModelRow, ...]) -> dict[str, Verdict]:
    """How each model would fit this computer as it is now, by id; judges are small enough not to be asked about."""
    made = {row.id: row.component or (_would_be(row.offer) if row.offer else None) for row in rows}
    bases = [made[row.id] for row in rows if row.role is Role.BASE]
    told: dict[str, Verdict] = {}
    for row in rows:
        card = _card(row, made[row.id], [base for base in bases if base is not None])
        if card is not None:
            told[row.id] = _verdict(card, row)
    return told


def _verdict(card: FamilyCard, row: ModelRow) -> Verdict:
    """How an erasure fits where the row is a text-to-image model, and how a clip does where it makes clips."""
    if row.role is Role.BASE:
        return foresee(Task(Work.ERASE), card, card.hosts[0], current()).verdict
    return foresee(Task(Work.CLIPS), card, card.host(row.id), current()).verdict


def _card(row: ModelRow, component: Component | None, bases: list[Component]) -> FamilyCard | None:
    """The model that a row makes: a base alone, anything else with the first base of its family."""
    if row.bundled:
        return sheet("starter")
    if component is None or component.role is Role.JUDGE or not component.family:
        return None
    if component.role is Role.BASE:
        return assembled(component, (component,))
    base = next((found for found in bases if found.family == component.family), None)
    return assembled(base, (base, component)) if base and component.host else None
