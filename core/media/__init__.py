"""Clips and pictures on disk, with what made them written inside and beside them."""
