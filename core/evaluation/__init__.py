"""Judging what pictures and clips show, and the scorecard made of it."""
