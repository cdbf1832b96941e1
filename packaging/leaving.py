"""What PyInstaller gathers and Lacuna never loads: left out of the bundle by name, with the reason beside each.

The proof (packaging/prove.py) runs what is left: a pattern too many shows there, one too few only costs space.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from pathlib import PurePath

Entry = tuple[str, str, str]
"""A line of PyInstaller's table of contents: name inside the bundle, source on the builder's disk, kind."""

EXCLUDED_MODULES = (
    "IPython",
    "_pytest",
    "av",
    "hf_xet",  # the hub's own transfer; Lacuna fetches by plain HTTP, with hashes
    "matplotlib",
    "pandas",
    "pytest",
    "readline",  # GPL, and for those who type to Python alone
    "scipy",
    "tensorboard",
    "tkinter",
    "torch.test",
)
"""Never imported by Lacuna; other packages ask for them if they are there."""

_TRANSFORMERS_MODELS = (
    "auto",
    "bloom",
    "clip",
    "dinov2_with_registers",
    "dpt",
    "encoder_decoder",
    "siglip",
    "siglip2",
    "vit_mae",
)
"""The text encoders and judges of Lacuna's families, and what diffusers, transformers and peft import beside them."""

_DIFFUSERS_PIPELINES = (
    "animatediff",
    "deprecated",
    "free_init_utils",
    "free_noise_utils",
    "onnx_utils",
    "pipeline_loading_utils",
    "pipeline_utils",
    "stable_diffusion",
    "stable_diffusion_xl",
    "text_to_video_synthesis",
)
"""The hosts in core/models/hosts.py, and what they import."""

_MODULES = {("transformers", "models"): _TRANSFORMERS_MODELS, ("diffusers", "pipelines"): _DIFFUSERS_PIPELINES}
"""Packages of which only these parts are kept."""

LEFT_OUT = (
    # torch's own tests and tools; torch_shm_manager is asked for at import
    "torch/test/*",
    "torch/bin/[!t]*",
    "torch/bin/test_*",
    "torch/bin/upgrader_models/*",
    "torch/lib/libtorchbind_test*",
    "torch/lib/libjitbackend_test*",
    "torch/lib/libbackend_with_compiler*",
    "torch/lib/libaoti_custom_ops*",
    # sources beside the compiled modules: torch reads many of its own at import, among them its compiler's config.py,
    # but none of these
    "torch/_inductor/[!c]*.py",
    "torch/testing/*.py",
    # found by the name that torch would load on a GPU, in the builder's own CUDA; never NVIDIA's file in a CPU bundle
    "libcudart.so*",
    # Qt that no window of ours uses: PDF, the keyboard on the screen, screens without a desktop. Quick and QML stay:
    # the player of foreign clips is linked to them
    "*libQt6Pdf*",
    "*libQt6VirtualKeyboard*",
    "*libQt6EglF*",
    "PySide6/Qt/plugins/imageformats/libqpdf*",
    "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboard*",
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    "PySide6/Qt/plugins/platforms/libq[elmv][gikn][flnc]*",  # eglfs, linuxfb, minimal, minimalegl, vnc
    "PySide6/Qt/plugins/platforms/libqvkkhrdisplay*",
    # GTK's dialogs bring forty libraries of the builder's desktop; the portal's come without them
    "PySide6/Qt/plugins/platformthemes/libqgtk3*",
    "PySide6/Qt/translations/[!q]*",
    "PySide6/Qt/translations/qt_*",
    "PySide6/Qt/translations/qt[!b]*",
)
"""Patterns of names inside the bundle."""


def unwanted(name: str) -> bool:
    """Whether a file of this name inside the bundle stays behind."""
    path = PurePath(name).as_posix()
    model = path.partition("transformers/models/")[2].partition("/")[0]
    if model and "." not in model and model not in _TRANSFORMERS_MODELS:
        return True
    return any(fnmatchcase(path, pattern) for pattern in LEFT_OUT)


def unwanted_module(name: str) -> bool:
    """Whether a Python module stays behind: models and pipelines that no family here is made of."""
    package, part = name.split(".")[:2], name.split(".")[2:3]
    wanted = _MODULES.get((package[0], package[-1]), ())
    return bool(part and wanted) and part[0] not in wanted


def kept(entries: Iterable[Entry]) -> list[Entry]:
    """The files that stay; a link to a file that was left out goes with it."""
    return [e for e in entries if not unwanted(e[0]) and not (e[2] == "SYMLINK" and unwanted(e[1]))]


def reached(binaries: list[Entry], needs: Callable[[str], Iterable[str]]) -> list[Entry]:
    """The binaries without the system's libraries that nothing kept needs any more; `needs` names what a file links to.

    Only libraries at the top of the bundle come from the system: packages keep theirs in their own folders.
    """
    while True:
        needed = {name for entry in binaries if entry[2] != "SYMLINK" for name in needs(entry[1])}
        left = [entry for entry in binaries if not _of_system(entry) or entry[0] in needed]
        if len(left) == len(binaries):
            return left
        binaries = left


def _of_system(entry: Entry) -> bool:
    name, source, kind = entry
    own = name.startswith("libpython")
    return kind == "BINARY" and "/" not in name and not own and source.startswith(("/lib/", "/usr/lib/"))
