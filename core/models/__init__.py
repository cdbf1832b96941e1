"""Families of models: what they are (`catalogue`, without torch) and how they are opened (`opened`)."""
