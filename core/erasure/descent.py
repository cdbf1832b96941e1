"""Going down two losses at once: what must go, and what must stay."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.erasure.gradients import combine, project_out
from core.erasure.method import Subject
from core.erasure.optimiser import adam, cosine
from core.erasure.trainable import TrainableSet, select
from core.erasure.words import Words
from core.models.text import text_states


def movement(subject: Subject, words: Words, count: int) -> Tensor:
    """Mean squared movement of the encoder's states, since the start, on `count` prompts that must not move."""
    texts = words.retained(count)
    with torch.no_grad():
        kept = text_states(subject.start, subject.tokenizer, texts)
    return (text_states(subject.encoder, subject.tokenizer, texts) - kept).pow(2).mean()


class Descent:
    """Adam over the tensors that move, its rate falling by a cosine to a tenth, its gradient of length 1 at most.

    With `surgery` the forgetting gradient gives way where it works against the keeping one; without `hold` the keeping
    one serves surgery alone and pulls at nothing. `first` of `steps` is the step that comes next.
    """

    def __init__(
        self,
        subject: Subject,
        trainable: str,
        rate: float,
        steps: int,
        surgery: bool,
        hold: bool = True,
        first: int = 1,
    ) -> None:
        self.moving = select(subject.encoder, TrainableSet.of(trainable))
        self.surgery, self.hold = surgery, hold
        self._optimiser = adam(self.moving, rate)
        self._schedule = cosine(self._optimiser, rate, steps, first)

    def step(self, forget: Tensor, keep: Tensor, closed: Sequence[Sequence[Tensor]] = ()) -> float:
        """One step down both losses; gives their sum. The forgetting gradient takes none of the `closed` directions.

        The two gradients are let go tensor by tensor as their sum is made, and that after the step: each is as large as
        all that moves, and a third one would be the peak of an erasure on a small GPU.
        """
        pulls, holds = (list(torch.autograd.grad(loss, self.moving)) for loss in (forget, keep))
        if closed:
            pulls = project_out(pulls, closed)
        for parameter in self.moving:
            pull, hold = pulls.pop(0), holds.pop(0)
            (both,) = combine((pull,), (hold,), self.surgery)
            parameter.grad = both if self.hold else both - hold
        nn.utils.clip_grad_norm_(self.moving, 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self._schedule.step()
        return float((forget + keep).detach())
