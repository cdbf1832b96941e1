"""The four places of the window."""
