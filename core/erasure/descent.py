"""Going down two losses at once: what must go, and what must stay."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.erasure.gradients import combine, project_out
from core.erasure.method import Subject, text_states
from core.erasure.trainable import TrainableSet, select
from core.erasure.words import Words


def movement(subject: Subject, words: Words, count: int) -> Tensor:
    """Mean squared movement of the encoder's states, since the start, on `count` prompts that must not move."""
    texts = words.retained(count)
    with torch.no_grad():
        kept = text_states(subject.start, subject.tokenizer, texts)
    return (text_states(subject.encoder, subject.tokenizer, texts) - kept).pow(2).mean()


class Descent:
    """Adam over the tensors that move, its rate falling by a cosine to a tenth, its gradient of length 1 at most.

    With `surgery` the forgetting gradient gives way where it works against the keeping one; without `hold` the keeping
    one serves surgery alone and pulls at nothing.
    """

    def __init__(
        self, subject: Subject, trainable: str, rate: float, steps: int, surgery: bool, hold: bool = True
    ) -> None:
        self.moving = select(subject.encoder, TrainableSet.of(trainable))
        self.surgery, self.hold = surgery, hold
        self._optimiser = torch.optim.Adam(self.moving, lr=rate, betas=(0.9, 0.98), eps=1e-6)
        self._schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self._optimiser, steps, rate * 0.1)

    def step(self, forget: Tensor, keep: Tensor, closed: Sequence[Sequence[Tensor]] = ()) -> float:
        """One step down both losses; gives their sum. The forgetting gradient takes none of the `closed` directions."""
        pulls, holds = torch.autograd.grad(forget, self.moving), torch.autograd.grad(keep, self.moving)
        if closed:
            pulls = tuple(project_out(pulls, closed))
        for parameter, both, hold in zip(self.moving, combine(pulls, holds, self.surgery), holds, strict=True):
            parameter.grad = both if self.hold else both - hold
        nn.utils.clip_grad_norm_(self.moving, 1.0)
        self._optimiser.step()
        self._schedule.step()
        return float((forget + keep).detach())
