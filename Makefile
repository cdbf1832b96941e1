# `make demo` and `make test` do all the set-up that is missing, on a fresh Debian or Ubuntu as on a used one.

VENV ?= .venv
OUT ?= build/demo
PY := $(VENV)/bin/python
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# For cv2 and Qt without a screen; from libxcb-cursor0 on, for a window on X11.
LIBRARIES := libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0 libpulse0 libxrandr2 \
	libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 \
	fonts-dejavu-core python3-venv
# For the test that sits before a real window: a display, a window manager, hands and eyes.
TEST_LIBRARIES := xvfb openbox xdotool imagemagick

.PHONY: help setup dev libraries test-libraries run demo test lint format clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    erase a concept on the starter pair, without a window; the result is in $(OUT)"
	@echo "make run     open the window"
	@echo "make test    run the tests"
	@echo "make lint    ruff, pyright and the import contracts"
	@echo "make setup   install Lacuna into $(VENV); the other targets do it when needed"

setup: $(VENV)/.installed
dev: $(VENV)/.installed-dev

run: setup
	$(PY) main.py

demo: setup
	$(PY) main.py demo --out $(OUT)

test: dev
	$(PY) -m pytest $(ARGS)

lint: dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m pyright --pythonpath $(PY)
	$(VENV)/bin/lint-imports

format: dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

clean:
	rm -rf build dist .pytest_cache .ruff_cache .import_linter_cache

# A package counts as present under its newer name with “t64” too.
test-libraries:
	@$(MAKE) --no-print-directory libraries LIBRARIES="$(TEST_LIBRARIES)"

libraries:
	@command -v apt-get >/dev/null || { echo "No apt-get here: please install the likes of $(LIBRARIES)"; exit 0; }; \
	missing=; \
	for package in $(LIBRARIES); do \
		dpkg-query -W -f='$${Status}\n' $$package $${package}t64 2>/dev/null | grep -q '^install ok installed' \
			|| missing="$$missing $$package"; \
	done; \
	[ -z "$$missing" ] || { echo "Installing system libraries:$$missing"; \
		$(SUDO) apt-get update -qq && \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; }

$(PY):
	@$(MAKE) --no-print-directory libraries
	@for python in python3.11 python3.12 python3; do \
		$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null || continue; \
		echo "Making $(VENV) with $$python"; exec $$python -m venv $(VENV); \
	done; \
	echo "Lacuna needs Python 3.11 or 3.12, and neither python3.11, python3.12 nor python3 is one." >&2; \
	echo "Install one and run make again. Debian 12: apt install python3.11-venv; Ubuntu 24.04: apt install" >&2; \
	echo "python3.12-venv; elsewhere pyenv or uv can bring one." >&2; exit 1

$(VENV)/.installed: pyproject.toml constraints.txt | $(PY)
	@$(MAKE) --no-print-directory libraries
	$(PY) -m pip install --disable-pip-version-check -q -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(MAKE) --no-print-directory test-libraries
	$(PY) -m pip install --disable-pip-version-check -q -c constraints.txt -e '.[dev]'
	@touch $@
