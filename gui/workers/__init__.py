"""What happens beside the window's thread."""
