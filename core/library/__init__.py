"""Erased encoders kept on disk: one folder an entry, the folder is the truth; no torch."""
