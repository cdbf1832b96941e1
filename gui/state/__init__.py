"""Observable state without widgets; the pages show it and ask it to change."""
