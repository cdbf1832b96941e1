"""Probes: ways to ask for a concept that was erased. An attack is one file each, and one line in ATTACKS."""

from __future__ import annotations

from core.evaluation.probes.embedding_inversion import embedding_inversion
from core.evaluation.probes.genetic_prefix import genetic_prefix
from core.evaluation.probes.latent_inversion import latent_inversion
from core.evaluation.probes.question import Attack
from core.evaluation.probes.token_search import token_search
from core.prompts import SEEN

WRITTEN = (*SEEN, "foreign", "composed")
"""Probes that need no search: groups of prompts by the names that `core.prompts.Writer` gives them."""

ATTACKS: dict[str, Attack] = {
    "token_search": Attack(token_search, "steps of a search for 3 words, 5 tries each"),
    "embedding_inversion": Attack(embedding_inversion, "optimiser steps on 4 new words"),
    "genetic_prefix": Attack(genetic_prefix, "generations of 32 prefixes of 5 words", blind=True),
    "latent_inversion": Attack(latent_inversion, "steps from a picture to its noise, 50 at most"),
}
"""Every attack by its name."""

__all__ = ["ATTACKS", "WRITTEN", "Attack"]
