"""A small LoRA file in kohya's names: the best low-rank copy of the change, as good as one asks for.

Each matrix is cut by a singular value decomposition (Eckart & Young 1936: no matrix of this rank is nearer). One rank
serves all, those of both encoders of a model with two, since readers of such files expect it; it is the smallest that
captures the wanted share of Σσ².
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.i18n import tr
from core.library.exporters.erased import Encoders, Tensors
from core.library.exporters.full_change import differences
from core.library.exporters.headers import header, write_tensors
from core.library.exporters.naming import kohya
from core.media.film import Tell, silent

CAPTURED = 0.99
"""The share of Σσ² over all matrices that is kept unless another is asked for."""


@dataclass(frozen=True)
class Cut:
    """A matrix as U · diag(σ) · V, with σ from the largest down."""

    u: NDArray[np.float32]
    sigma: NDArray[np.float32]
    v: NDArray[np.float32]

    @classmethod
    def of(cls, matrix: NDArray[Any]) -> Cut:
        """The decomposition in float32."""
        u, sigma, v = np.linalg.svd(np.asarray(matrix, np.float32), full_matrices=False)
        return cls(u, sigma, v)

    def energy(self, rank: int | None = None) -> float:
        """Σσ² of the first `rank` values, of all without one."""
        return float(np.square(self.sigma[:rank], dtype=np.float64).sum())


def _is_matrix(name: str, value: NDArray[Any]) -> bool:
    """Whether a LoRA can hold it: the weight of a linear layer, not a norm's or an embedding's."""
    return value.ndim == 2 and name.startswith("encoder.layers.")


Cuts = dict[tuple[int, str], Cut]
"""By the encoder's place and the tensor's name."""


def captured(cuts: Cuts, rank: int) -> float:
    """The share of Σσ² over all matrices that `rank` keeps; 1 where nothing moved."""
    whole = sum(cut.energy() for cut in cuts.values())
    return sum(cut.energy(rank) for cut in cuts.values()) / whole if whole else 1.0


def smallest_rank(cuts: Cuts, wanted: float) -> int:
    """The smallest rank that keeps the wanted share, at least 1."""
    longest = max((len(cut.sigma) for cut in cuts.values()), default=1)
    return next((rank for rank in range(1, longest) if captured(cuts, rank) >= wanted), longest)


def _halves(name: str, place: int, cut: Cut, rank: int) -> Tensors:
    """`lora_up` (rows, r), `lora_down` (r, columns) and alpha = r, so that a reader's scale alpha / r is 1.

    The square root of σ goes to either side, which keeps both inside float16.
    """
    module, _ = kohya(name, place)
    root = np.sqrt(cut.sigma[:rank])
    return {
        f"{module}.lora_up.weight": cut.u[:, :rank] * root,
        f"{module}.lora_down.weight": root[:, None] * cut.v[:rank],
        f"{module}.alpha": np.asarray(float(rank)),
    }


def _cuts(encoders: Encoders, tell: Tell) -> Cuts:
    moved = {(erased.place, name): value for erased in encoders for name, value in erased.change.items()}
    matrices = {key: value for key, value in moved.items() if _is_matrix(key[1], value)}
    cuts: Cuts = {}
    for key, value in matrices.items():
        tell(len(cuts), len(matrices))
        cuts[key] = Cut.of(value)
    return cuts


def _uncut(encoders: Encoders, cuts: Cuts) -> Tensors:
    """What no LoRA can hold (biases, norms, embeddings), as it is."""
    made: Tensors = {}
    for erased in encoders:
        rest = {name: value for name, value in erased.change.items() if (erased.place, name) not in cuts}
        made |= differences(rest, erased.place)
    return made


def export(
    encoders: Encoders, path: Path, rank: int = 0, wanted: float = CAPTURED, tell: Tell = silent
) -> dict[str, Any]:
    """Write the cut matrices, and the rest (biases, norms, embeddings) as they are; tells rank and captured share.

    `rank` 0 takes the smallest that keeps the share `wanted` of Σσ².
    """
    if rank < 0 or not 0 < wanted <= 1:
        raise InputError(tr("A LoRA needs a rank of 1 or more, or a share to keep between 0 and 1."))
    cuts = _cuts(encoders, tell)
    rank = rank or smallest_rank(cuts, wanted)
    tensors = _uncut(encoders, cuts)
    for (place, name), cut in cuts.items():
        tensors |= _halves(name, place, cut, min(rank, len(cut.sigma)))
    share = captured(cuts, rank)
    about = {
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(rank),
        "ss_network_alpha": str(rank),
        "ss_v2": str(encoders[0].width == 1024),
        "lacuna.captured": f"{share:.6f}",
    }
    size = write_tensors(path, tensors, header(encoders[0], "lora", **about))
    return {"bytes": size, "rank": rank, "captured": share}
