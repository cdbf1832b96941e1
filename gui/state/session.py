"""What lives as long as the window: the forms, the jobs and the library."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.state.erase_form import EraseForm
from gui.state.job_queue import JobQueue
from gui.state.probe_form import ProbeForm

if TYPE_CHECKING:
    from gui.state.library_model import LibraryModel


class Session(QObject):
    """The state behind the pages; `folder` is the library's, empty for the usual place."""

    def __init__(self, folder: str = "") -> None:
        super().__init__()
        self.folder = folder
        self.form = EraseForm(folder)
        self.probing = ProbeForm(folder)
        self.jobs = JobQueue(self)

    @cached_property
    def library(self) -> LibraryModel:
        """The library, opened when first needed, so that the first paint does not wait for it."""
        from core.library.store import Library
        from gui.state.library_model import LibraryModel

        return LibraryModel(Library(self.folder or None), self)

    def close(self) -> None:
        """End the engine and its thread, and remove what the forms have written."""
        self.jobs.close()
        self.probing.close()

    def learn(self) -> None:
        """Give the Erase form what scans have found about its model."""
        from gui.state.knowledge import Knowledge

        self.form.learn(Knowledge.of(self.library.library.root, self.form.family.name))
