"""What lives as long as the window: the form, the jobs and the library."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.state.erase_form import EraseForm
from gui.state.job_queue import JobQueue

if TYPE_CHECKING:
    from gui.state.library_model import LibraryModel


class Session(QObject):
    """The state behind the pages; `folder` is the library's, empty for the usual place."""

    def __init__(self, folder: str = "") -> None:
        super().__init__()
        self.folder = folder
        self.form = EraseForm(folder)
        self.jobs = JobQueue(self)

    @cached_property
    def library(self) -> LibraryModel:
        """The library, opened when first needed, so that the first paint does not wait for it."""
        from core.library.store import Library
        from gui.state.library_model import LibraryModel

        return LibraryModel(Library(self.folder or None), self)

    def close(self) -> None:
        """End the engine and its thread."""
        self.jobs.close()
