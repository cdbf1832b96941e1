"""The job contract: frozen specs in, typed events out, the same under the window, the command line and the tests."""
