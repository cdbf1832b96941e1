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
    "token_search": Attack(token_search),
    "embedding_inversion": Attack(embedding_inversion),
    "genetic_prefix": Attack(genetic_prefix, blind=True),
    "latent_inversion": Attack(latent_inversion),
}
"""Every attack by its name."""

__all__ = ["ATTACKS", "WRITTEN", "Attack"]
