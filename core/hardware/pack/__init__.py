"""torch's CUDA build beside the application: downloaded at a press, and used in place of the CPU build that ships."""
