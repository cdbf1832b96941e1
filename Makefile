# `make demo` and `make test` do all the set-up that is missing, on a fresh Debian or Ubuntu as on a used one.

VENV ?= .venv
# Where bundles are made: what the tests need has no place in one.
SHIP ?= build/ship
OUT ?= build/demo
DIST ?= dist
PY := $(VENV)/bin/python
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# What the window takes from the system, from the same table by which it says what is missing, and the maker of $(VENV).
LIBRARIES := $(shell sed -n 's/^apt = "\(.*\)"$$/\1/p' resources/system_libraries.toml | sort -u) python3-venv
# For the tests that sit before a real window: a display, a window manager, hands, eyes, and the screen reader's bus.
TEST_LIBRARIES := xvfb openbox xdotool imagemagick at-spi2-core dbus
# For a bundle and its packages; Python's shared library goes along, and Debian's own Python is linked without.
SHIP_LIBRARIES := binutils libpython3-dev xz-utils dpkg-dev mmdebstrap x11-utils
# For the stranger who proves it: a list of what was written.
PROOF_LIBRARIES := strace

.PHONY: help setup dev libraries test-libraries run demo test lint format bundle prove deb archive clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    erase a concept on the starter pair, without a window; the result is in $(OUT)"
	@echo "make run     open the window"
	@echo "make test    run the tests"
	@echo "make lint    ruff, pyright and the import contracts"
	@echo "make bundle  build the frozen application of this system into $(DIST)"
	@echo "make prove   run it as a stranger would, at a display of its own; the report is in $(DIST)/proof"
	@echo "make deb     make a .deb of it; make archive an archive for any Linux"
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

bundle: $(SHIP)/.installed-ship
	$(SHIP)/bin/python packaging/build.py --out $(DIST)

prove: $(DIST)/lacuna dev
	@$(MAKE) --no-print-directory libraries LIBRARIES="$(PROOF_LIBRARIES)"
	$(PY) packaging/prove.py $(DIST)/lacuna --out $(DIST)/proof

deb archive: $(DIST)/lacuna $(SHIP)/.installed-ship
	$(SHIP)/bin/python packaging/$@.py $(DIST)/lacuna --out $(DIST)

$(DIST)/lacuna:
	@$(MAKE) --no-print-directory bundle

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

$(SHIP)/.installed-ship: pyproject.toml constraints.txt
	@$(MAKE) --no-print-directory libraries LIBRARIES="$(LIBRARIES) $(SHIP_LIBRARIES)"
	@$(MAKE) --no-print-directory setup VENV=$(SHIP)
	$(SHIP)/bin/python -m pip install --disable-pip-version-check -q -c constraints.txt -e '.[ship]'
	@touch $@
