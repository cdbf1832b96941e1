"""What lives as long as the window: the forms, the jobs and the library."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from core.settings import library_folder
from gui.state.erase_form import EraseForm
from gui.state.job_queue import JobQueue
from gui.state.log_model import LogModel
from gui.state.probe_form import ProbeForm
from gui.state.settings_model import SettingsModel

if TYPE_CHECKING:
    from core.library.entry import Entry
    from gui.state.jobs import Job
    from gui.state.library_model import LibraryModel
    from gui.state.models_model import ModelsModel
    from gui.state.studio_form import StudioForm
    from gui.state.updates import Updates


class Session(QObject):
    """The state behind the pages; `folder` is the library's, empty for the usual place."""

    def __init__(self, folder: str = "", settings: SettingsModel | None = None) -> None:
        super().__init__()
        self.folder = folder
        self.settings = settings or SettingsModel()
        self.log = LogModel(self)
        self.form = EraseForm(folder)
        self.probing = ProbeForm(folder)
        self.jobs = JobQueue(self, library_folder(folder), folder)
        self.jobs.changed.connect(self.log.follow)
        QTimer.singleShot(0, self.jobs, self.jobs.restore)

    @cached_property
    def library(self) -> LibraryModel:
        """The library, opened when first needed, so that the first paint does not wait for it."""
        from core.library.store import Library
        from gui.state.library_model import LibraryModel

        return LibraryModel(Library(self.folder or None), self)

    @cached_property
    def studio(self) -> StudioForm:
        """What the Studio is filled in with."""
        from gui.state.studio_form import StudioForm

        return StudioForm(self.folder)

    @cached_property
    def models(self) -> ModelsModel:
        """What can be downloaded and what is installed; the forms learn of what comes and goes."""
        from gui.state.models_model import ModelsModel

        made = ModelsModel(self)
        made.installed.connect(self.meet_models)
        self.settings.changed.connect(lambda names: made.meet_folder() if "models" in names else None)
        return made

    @cached_property
    def updates(self) -> Updates:
        """Whether a newer Lacuna is out, where a person lets it be asked."""
        from gui.state.updates import Updates

        return Updates(self.settings, parent=self)

    @property
    def is_downloading(self) -> bool:
        """Whether a model is being fetched or checked, or waits for its turn."""
        return "models" in self.__dict__ and bool(self.models.downloading.running)

    def meet_models(self) -> None:
        """Let the forms know which models there are now."""
        self.form.meet_models()
        if "studio" in self.__dict__:
            self.studio.meet_models()

    def result_of(self, job: Job) -> Entry | None:
        """The entry that a job made or looked at, None if it names none; LacunaError where it is no longer there."""
        return self.library.library.get(job.entry) if job.entry else None

    def close(self) -> None:
        """End the engine and its thread, and finish what is being written."""
        self.jobs.close()
        self.log.close()
        if "updates" in self.__dict__:
            self.updates.close()
        if "models" in self.__dict__:
            self.models.close()
        if "library" in self.__dict__:
            self.library.close()

    def learn(self) -> None:
        """Give the Erase form what scans have found about its model."""
        from gui.state.knowledge import Knowledge

        self.form.learn(Knowledge.of(library_folder(self.folder), self.form.family.name))
