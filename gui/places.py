"""The places of the window: what each is called, how one gets there, and the page built for it at its first use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.i18n import tr
from gui.widgets.side_bar import Place

if TYPE_CHECKING:
    from gui.pages.page import Page
    from gui.state.session import Session


def _erase(session: Session) -> Page:
    from gui.pages.erase import ErasePage

    return ErasePage(session)


def _jobs(session: Session) -> Page:
    from gui.pages.jobs import JobsPage

    return JobsPage(session)


def _compare(session: Session) -> Page:
    from gui.pages.compare import ComparePage

    return ComparePage(session)


def _studio(session: Session) -> Page:
    from gui.pages.studio import StudioPage

    return StudioPage(session)


def _probe(session: Session) -> Page:
    from gui.pages.probe import ProbePage

    return ProbePage(session)


def _library(session: Session) -> Page:
    from gui.pages.library import LibraryPage

    return LibraryPage(session)


def _models(session: Session) -> Page:
    from gui.pages.models import ModelsPage

    return ModelsPage(session)


def _settings(session: Session) -> Page:
    from gui.pages.settings import SettingsPage

    return SettingsPage(session)


def _help(session: Session) -> Page:
    from gui.pages.help import HelpPage

    return HelpPage(session)


PLACES = (
    Place("erase", tr("Erase"), "Ctrl+1"),
    Place("jobs", tr("Jobs"), "Ctrl+2"),
    Place("compare", tr("Compare"), "Ctrl+3"),
    Place("studio", tr("Studio"), "Ctrl+4"),
    Place("probe", tr("Probe"), "Ctrl+5"),
    Place("library", tr("Library"), "Ctrl+6"),
    Place("models", tr("Models"), "Ctrl+7"),
    Place("settings", tr("Settings"), "Ctrl+,", low=True),
    Place("help", tr("Help"), "Ctrl+F1", low=True),
)

BUILD: dict[str, Callable[[Session], Page]] = {
    "erase": _erase,
    "jobs": _jobs,
    "compare": _compare,
    "studio": _studio,
    "probe": _probe,
    "library": _library,
    "models": _models,
    "settings": _settings,
    "help": _help,
}
