"""A person's own files as components: looked at first, then listed where they lie. Nothing is copied; no torch.

`inspect` reads headers and configurations and is done in a moment. `verify` reads every byte.
"""

from __future__ import annotations

import itertools
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.errors import FailureKind, InputError, LacunaError
from core.files import storage
from core.i18n import tr
from core.models.bringing import host_like
from core.models.catalogue import FAMILIES, assembled, sheet
from core.models.component import Component, HostCard, Role, Source
from core.models.found import ADAPTER, LIKE, PREDICTION, Found, Question
from core.models.identify import identify, readable
from core.models.linking import Heard, content, stamps, unsound
from core.models.offers import offers
from core.models.registry import Registry, require_unused
from core.models.tensors import encoder_tensors, fingerprint

_ENCODER, _CONTENT = "encoder", "content"
"""What a component's settings keep of it: its text encoder's fingerprint, once verified, and its files' digest."""


def inspect(path: Path, root: Path | None = None) -> Found:
    """What lies at a path, and whether it is on the list of the models folder `root` already.

    InputError says why a file or folder cannot be a component, LacunaError(STORAGE) that it cannot be reached.
    """
    found = identify(path)
    digest = _digest(found)
    installed = Registry(root).components()
    same = next((c for c in installed if c.settings.get(_CONTENT) == digest or _places(c) == _placed(found)), None)
    told = replace(found, content=digest, same_as=same.id if same else "")
    notes = (*told.notes, _already(same)) if same else told.notes
    return _with_adapter(replace(told, notes=notes), installed)


def _digest(found: Found) -> str:
    with storage(found.path):
        return found.content or content(found.files, found.path)


def _already(same: Component) -> str:
    if same.problems:
        return tr("It is what “{title}” was, whose files have moved: find them again here.", title=same.title)
    return tr("It is on the list already, as “{title}”.", title=same.title)


def _places(component: Component) -> frozenset[str]:
    """Where its files are, links followed; unlike Path.resolve it bears a link that leads to itself."""
    return frozenset(map(os.path.realpath, component.files))


def _placed(found: Found) -> frozenset[str]:
    return frozenset(map(os.path.realpath, found.files))


def _with_adapter(found: Found, installed: tuple[Component, ...]) -> Found:
    """A LoRA asks which of the installed motion adapters it goes with."""
    if found.role is not Role.LORA:
        return found
    kin = [c for c in installed if c.role is Role.MOTION and c.family == found.family]
    if not kin:
        told = tr("It goes with a motion adapter of its family: add or download one first.")
        return replace(found, problems=(*found.problems, told))
    text = tr("Which motion adapter does it go with?")
    asked = Question(ADAPTER, text, {c.id: c.title for c in kin}, kin[0].id if len(kin) == 1 else "")
    return replace(found, questions=(asked, *found.questions))


def add(found: Found, title: str = "", root: Path | None = None) -> Component:
    """Put what was found on the list, linked where it lies.

    InputError where something keeps it from being used, a question is open, or the same files are on the list.
    """
    digest, named = _digest(found), readable(title or found.title)

    def made(known: tuple[Component, ...]) -> Component:
        _require_ready(found, known)
        return _component(found, named, digest, known)

    return Registry(root).insert(made)


def _component(found: Found, named: str, digest: str, known: tuple[Component, ...]) -> Component:
    return Component(
        id=_new_id(named, known),
        title=named,
        role=found.role,
        family=found.family,
        sources=_sources(found),
        host=_host(found),
        settings={**found.settings, **_answered(found), _CONTENT: digest},
        files=stamps(found.files),
    )


def _require_ready(found: Found, listed: tuple[Component, ...]) -> None:
    if found.problems:
        fix = tr("Add the folder or the file that holds all of it.")
        raise InputError(tr("“{title}” cannot be added.", title=found.title), " ".join(found.problems), fix)
    if found.open:
        asked = found.open[0]
        fix = tr("Answer with one of: {names}.", names=", ".join(asked.choices))
        raise InputError(tr("“{title}” cannot be added yet.", title=found.title), asked.text, fix)
    for known in listed:
        if _places(known) == _placed(found):
            what = tr("“{title}” is on the list already, as “{name}”.", title=found.title, name=known.id)
            fix = (
                tr("Its files have changed: find them again on the Models page or with “models relink”.")
                if known.problems
                else tr("Use that one, or forget it first.")
            )
            raise InputError(what, fix=fix)


def _answer(found: Found, name: str) -> str:
    asked = found.question(name)
    return asked.answer if asked else ""


def _answered(found: Found) -> dict[str, Any]:
    """The settings that come of a person's answers."""
    told = _answer(found, PREDICTION)
    return {"prediction_type": told} if told else {}


def _sources(found: Found) -> dict[str, Source]:
    """Where the parts lie; a known schedule that stands in for a missing one predicts what the person said."""
    made = dict(found.sources)
    schedule = made.get("scheduler")
    told = _answer(found, PREDICTION) or found.settings.get("prediction_type")
    if schedule and schedule.architecture == "sd-scheduler" and told == "v_prediction":
        made["scheduler"] = replace(schedule, architecture="sd2-v-scheduler")
    return made


def _host(found: Found) -> HostCard | None:
    """The host that a component brings, with the defaults of the model it is like."""
    like = _answer(found, LIKE)
    if not like:
        return None
    own = {part: f"./{part}" for part in found.sources}
    folders = own if found.role is Role.VIDEO else {"unet": "unet", **own}
    if adapter := _answer(found, ADAPTER):
        folders["motion_adapter"] = f"{adapter}/motion_adapter"
    return host_like(like, folders, int(found.settings.get("most_frames", 0)))


def _new_id(title: str, installed: tuple[Component, ...]) -> str:
    """A readable id that no component, offer, family or host of a family has."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall("[a-z0-9]+", plain))[:40].strip("-") or "model"
    hosts = {host.name for family in FAMILIES for host in sheet(family).hosts}
    taken = {*FAMILIES, *hosts, *(c.id for c in installed), *(offer.id for offer in offers())}
    numbered = (f"{slug}-{count}" for count in itertools.count(2))
    return slug if slug not in taken else next(name for name in numbered if name not in taken)


def _listed(name: str, known: tuple[Component, ...]) -> Component:
    for component in known:
        if component.id == name:
            return component
    raise InputError(
        tr("No model “{name}” is on the list.", name=name),
        fix=tr("Use one of: {names}.", names=", ".join(c.id for c in known)) if known else tr("Add one first."),
    )


def relink(name: str, path: Path, root: Path | None = None) -> Component:
    """Tell where a model's files are now; they must be the same, whatever they are called and whenever they changed.

    InputError for another model, or for one that was downloaded.
    """
    registry = Registry(root)
    component = _listed(name, registry.components())
    if component.catalogue:
        what = tr("“{title}” was downloaded by Lacuna.", title=component.title)
        raise InputError(what, fix=tr("Repair it on the Models page or with “models repair”."))
    found = identify(path)
    if _digest(found) != component.settings.get(_CONTENT):
        what = tr("“{path}” is not what “{title}” was.", path=path, title=component.title)
        raise InputError(what, tr("Its files differ."), tr("Choose another place, or add it as a model of its own."))
    moved = {part: replace(old, path=_moved(found, part, old)) for part, old in component.sources.items()}
    return registry.insert(lambda known: replace(_listed(name, known), sources=moved, files=stamps(found.files)))


def _moved(found: Found, part: str, old: Source) -> Path:
    return found.sources[part].path if part in found.sources else old.path


def forget(name: str, root: Path | None = None) -> Component:
    """Take a model off the list; its files stay as they are. InputError where a LoRA needs it.

    InputError, too, where it was downloaded, unless it is offered no more and nothing else could take it off.
    """
    registry = Registry(root)
    known = registry.components()
    component = _listed(name, known)
    if component.catalogue in {offer.id for offer in offers(registry.root)}:
        what = tr("“{title}” was downloaded by Lacuna.", title=component.title)
        raise InputError(what, fix=tr("Remove it on the Models page or with “models remove”."))
    require_unused(component, known)
    registry.remove(name)
    return component


def verify(
    component: Component,
    root: Path | None = None,
    heard: Heard = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> str:
    """Read every number of a model, and say in words whether its text encoder is another's.

    LacunaError(DAMAGED) where files have gone or changed, or hold what is no number; raises Cancelled. What was found
    of the encoder is written to the list.
    """
    if component.problems:
        raise _damaged(component, tr("Missing or changed: {files}.", files=", ".join(component.problems[:3])))
    try:
        found = unsound(map(Path, component.files), heard, cancelled)
    except (ValueError, OSError) as error:
        raise _damaged(component, f"{error}.") from error
    if found:
        why = tr("{count} tensors hold what is no number, among them “{name}”.", count=len(found), name=found[0])
        raise _damaged(component, why)
    return _compare(component, Registry(root)) if component.role is Role.BASE else ""


def _damaged(component: Component, why: str) -> LacunaError:
    what = tr("“{title}” cannot be used.", title=component.title)
    return LacunaError(FailureKind.DAMAGED, what, why, tr("Get its files again, or find them where they are now."))


def _compare(component: Component, registry: Registry) -> str:
    """Keep the text encoder's fingerprint, and say whose it is, too."""
    mark = fingerprint(encoder_tensors(assembled(component, ())))
    listed = registry.components()
    if component.id in {known.id for known in listed}:
        registry.insert(lambda known: _marked(_listed(component.id, known), mark))
    same = [known.title for known in listed if known.id != component.id and known.settings.get(_ENCODER) == mark]
    if not same:
        return tr("Its text encoder is its own: no verified model on the list has the same.")
    return tr("It has the same text encoder as {titles}: what is erased in one fits the other.", titles=", ".join(same))


def _marked(component: Component, mark: str) -> Component:
    return replace(component, settings={**component.settings, _ENCODER: mark})
