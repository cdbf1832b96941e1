"""The desktop window: thin, without torch; observable state, pages over it, widgets in them."""
