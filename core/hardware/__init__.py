"""What this computer has to run a model on."""
