"""What a job shows while it runs: a live picture, curves of its metrics, or rates of what it asked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from core.i18n import tr
from core.jobs.probe_list import OWN, PROBES
from core.jobs.spec import IdentifySpec, ProbeSpec
from core.library.verdict import KEPT_LIMIT, SEEN_LIMIT
from gui.state.jobs import Job
from gui.theme import PAD, WIDE
from gui.widgets.basics import clear, column, label, row
from gui.widgets.clip_view import ClipView
from gui.widgets.curve import Curve
from gui.widgets.rates import Rates

_CURVES: dict[str, tuple[str, str, float | None]] = {
    "loss": (tr("Loss"), "before", None),
    "seen": (tr("Still seen"), "after", SEEN_LIMIT),
    "kept": (tr("Still kept"), "negative", KEPT_LIMIT),
}
"""Title, colour and aim of each metric that erasures have."""
_TITLES = {card.name: card.title for card in (*PROBES, OWN)}
_NO_CURVES = tr("Curves appear while the encoder forgets.")
_NO_RATES = tr("How often the concept is seen appears here, one line after the other.")
_ASKED, _PROBED = tr("Seen when asked for by name"), tr("The concept is seen after the erasure")
_NO_PICTURE = tr("A picture appears here as soon as there is one.")
_PREVIEW = 232


class JobFigures(QFrame):
    """The card of one job's picture and figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.preview = ClipView(tr("Live preview"), _NO_PICTURE)
        self.preview.setFixedSize(_PREVIEW, _PREVIEW)
        self._caption = label("", "caption", wrap=True)
        self._caption.setFixedWidth(_PREVIEW)
        self._curves: dict[str, Curve] = {}
        self._grid = QGridLayout()
        self._grid.setSpacing(PAD)
        self._no_curves = label(_NO_CURVES, "muted", wrap=True)
        self._rated, self.rates = label("", "overline"), Rates(tr("Rates so far"))
        self._shown = b""
        left = column(label(tr("Live preview"), "overline"), self.preview, self._caption, 1)
        right = column(self._no_curves, self._rated, self.rates, self._grid, 1)
        box = row(left, right, spacing=WIDE)
        box.setStretch(1, 1)
        box.setContentsMargins(PAD, PAD, PAD, PAD)
        self.setLayout(box)

    def reset(self) -> None:
        """Forget the last job."""
        clear(self._grid)
        self._curves.clear()
        self._shown = b""
        self.preview.set_frames((), _NO_PICTURE)

    def show_job(self, job: Job) -> None:
        """Show what is new about a job."""
        self._show_preview(job)
        if isinstance(job.spec, ProbeSpec | IdentifySpec):
            self._show_rates(job)
        else:
            self._show_curves(job)
        self._no_curves.setVisible(not job.metrics)
        self.setVisible(not job.over or bool(job.preview or job.metrics))

    def _show_preview(self, job: Job) -> None:
        if job.preview is not self._shown:
            self._shown = job.preview
            image = QImage.fromData(job.preview)
            if not image.isNull():
                self.preview.set_frames((image,))
        self._caption.setText(job.preview_caption)

    def _show_rates(self, job: Job) -> None:
        self.rates.set_rates({_TITLES.get(name, name): points[-1][1] for name, points in job.metrics.items()})
        self._rated.setText(_ASKED if isinstance(job.spec, IdentifySpec) else _PROBED)
        self._no_curves.setText(_NO_RATES)
        self._rated.setVisible(bool(job.metrics))
        self.rates.setVisible(bool(job.metrics))

    def _show_curves(self, job: Job) -> None:
        self._rated.hide()
        self.rates.hide()
        self._no_curves.setText(_NO_CURVES)
        for name, points in job.metrics.items():
            if name not in self._curves:
                self._add_curve(name)
            self._curves[name].set_points(points)

    def _add_curve(self, name: str) -> None:
        title, role, aim = _CURVES.get(name, (name.replace("_", " ").capitalize(), "negative", None))
        curve = Curve(title, role, rate=name != "loss", aim=aim)
        at = len(self._curves)
        self._curves[name] = curve
        self._grid.addWidget(curve, at // 2, at % 2, Qt.AlignmentFlag.AlignTop)
