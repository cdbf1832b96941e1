"""Pictures and clips from a host and an encoder."""
