"""The probes a person can choose from, in words; no torch, so that the window can list them."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import InputError


@dataclass(frozen=True)
class ProbeCard:
    """One way to ask for a concept that was erased.

    `attack` says that it searches before it asks, `text` that it goes through the text encoder, which is all that an
    erasure changes, and `usual` that it is run when a person names none.
    """

    name: str
    title: str
    summary: str
    attack: bool = False
    text: bool = True
    usual: bool = True


PROBES: tuple[ProbeCard, ...] = (
    ProbeCard("direct", "By name", "Prompts that name the concept plainly."),
    ProbeCard("paraphrase", "By a synonym", "Prompts that call the concept by its other names."),
    ProbeCard("implicit", "By description", "Prompts that describe the concept and never name it."),
    ProbeCard(
        "foreign", "Misspelt", "Prompts with the name misspelt: letters swapped, doubled or lost, and odd capitals."
    ),
    ProbeCard("composed", "In company", "Prompts that ask for the concept together with another one."),
    ProbeCard(
        "token_search", "Searched words", "Looks for words that, put before a prompt, bring the concept back.", True
    ),
    ProbeCard(
        "embedding_inversion",
        "Learnt words",
        "Learns new words that nobody can type, straight from pictures of the concept.",
        True,
    ),
    ProbeCard(
        "genetic_prefix",
        "Bred words",
        "Breeds words that mean what the concept added to a prompt, without looking at the erased encoder.",
        attack=True,
        usual=False,
    ),
    ProbeCard(
        "latent_inversion",
        "Without words",
        "Turns a picture of the concept back into noise and starts from there, with no prompt at all. An erasure of "
        "the text encoder cannot stop this: the denoiser still holds the concept.",
        attack=True,
        text=False,
        usual=False,
    ),
)
"""Every probe, in the order in which they run."""

OWN = ProbeCard("own", "Your prompts", "The prompts of your own file, as they are.", usual=False)
"""Joins the others wherever a file of prompts is given; asked for by name, it runs alone."""


def probe_card(name: str) -> ProbeCard:
    """The card of this name, or an InputError that lists the names."""
    for card in (*PROBES, OWN):
        if card.name == name.strip():
            return card
    raise InputError(f"There is no probe “{name}”.", fix=f"Use one of: {', '.join(card.name for card in PROBES)}.")


def chosen_probes(names: tuple[str, ...], prompts: str = "") -> tuple[ProbeCard, ...]:
    """The named ones in the order of the list, each once; the usual ones for no name. InputError for an unknown one.

    `prompts` is the person's file, empty for none.
    """
    wanted = {probe_card(name).name for name in names} or {card.name for card in PROBES if card.usual}
    if OWN.name in wanted and not prompts:
        raise InputError("The probe “own” needs a file of prompts.", fix="Give it with --prompts.")
    chosen = tuple(card for card in PROBES if card.name in wanted)
    return (*chosen, OWN) if prompts else chosen
