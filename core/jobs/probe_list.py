"""The probes a person can choose from, in words; no torch, so that the window can list them."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import InputError
from core.i18n import number, tr
from core.models.catalogue import FamilyCard


@dataclass(frozen=True)
class ProbeCard:
    """One way to ask for a concept that was erased.

    `attack` says that it searches before it asks, `text` that it goes through the text encoder, which is all that an
    erasure changes, and `usual` that it is run when a person names none. `step` says what one step of the budget buys.
    """

    name: str
    title: str
    summary: str
    attack: bool = False
    text: bool = True
    usual: bool = True
    step: str = ""

    def effort(self, budget: int) -> str:
        """How hard the attack tries with so many steps, in words; empty for a probe that does not search."""
        return f"{number(budget)} {self.step}" if self.step else ""


PROBES: tuple[ProbeCard, ...] = (
    ProbeCard("direct", tr("By name"), tr("Prompts that name the concept plainly.")),
    ProbeCard("paraphrase", tr("By a synonym"), tr("Prompts that call the concept by its other names.")),
    ProbeCard("implicit", tr("By description"), tr("Prompts that describe the concept and never name it.")),
    ProbeCard(
        "foreign",
        tr("Misspelt"),
        tr("Prompts with the name misspelt: letters swapped, doubled or lost, and odd capitals."),
    ),
    ProbeCard("composed", tr("In company"), tr("Prompts that ask for the concept together with another one.")),
    ProbeCard(
        "token_search",
        tr("Searched words"),
        tr("Looks for words that, put before a prompt, bring the concept back."),
        attack=True,
        step=tr("steps of a search for 3 words, 5 tries each"),
    ),
    ProbeCard(
        "embedding_inversion",
        tr("Learnt words"),
        tr("Learns new words that nobody can type, straight from pictures of the concept."),
        attack=True,
        step=tr("optimiser steps on 4 new words"),
    ),
    ProbeCard(
        "genetic_prefix",
        tr("Bred words"),
        tr("Breeds words that mean what the concept added to a prompt, without looking at the erased encoder."),
        attack=True,
        usual=False,
        step=tr("generations of 32 prefixes of 5 words"),
    ),
    ProbeCard(
        "latent_inversion",
        tr("Without words"),
        tr(
            "Turns a picture of the concept back into noise and starts from there, with no prompt at all. An erasure "
            "of the text encoder cannot stop this: the denoiser still holds the concept."
        ),
        attack=True,
        text=False,
        usual=False,
        step=tr("steps from a picture to its noise, 50 at most"),
    ),
)
"""Every probe, in the order in which they run."""

OWN = ProbeCard("own", tr("Your prompts"), tr("The prompts of your own file, as they are."), usual=False)
"""Joins the others wherever a file of prompts is given; asked for by name, it runs alone."""


def probe_card(name: str) -> ProbeCard:
    """The card of this name, or an InputError that lists the names."""
    for card in (*PROBES, OWN):
        if card.name == name.strip():
            return card
    raise InputError(
        tr("There is no probe “{name}”.", name=name),
        fix=tr("Use one of: {names}.", names=", ".join(card.name for card in PROBES)),
    )


def chosen_probes(names: tuple[str, ...], prompts: str = "") -> tuple[ProbeCard, ...]:
    """The named ones in the order of the list, each once; the usual ones for no name. InputError for an unknown one.

    `prompts` is the person's file, empty for none.
    """
    wanted = {probe_card(name).name for name in names} or {card.name for card in PROBES if card.usual}
    if OWN.name in wanted and not prompts:
        raise InputError(tr("The probe “own” needs a file of prompts."), fix=tr("Give it with --prompts."))
    chosen = tuple(card for card in PROBES if card.name in wanted)
    return (*chosen, OWN) if prompts else chosen


def possible_probes(names: tuple[str, ...], prompts: str, model: FamilyCard) -> tuple[ProbeCard, ...]:
    """As `chosen_probes`, without what a model with two text encoders cannot be asked; InputError where it is named.

    The attacks on text search the embeddings of one encoder.
    """
    chosen = chosen_probes(names, prompts)
    barred = {card.name for card in chosen if card.attack and card.text} if len(model.encoders) > 1 else set[str]()
    if asked := [name for name in names if name.strip() in barred]:
        raise InputError(
            tr("The probe “{name}” cannot be put to the model “{title}”.", name=asked[0], title=model.title),
            tr("It searches the words of one text encoder, and this model has two."),
            tr("Use one of: {names}.", names=", ".join(c.name for c in PROBES if not (c.attack and c.text))),
        )
    return tuple(card for card in chosen if card.name not in barred)
