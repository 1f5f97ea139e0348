# `make run` and `make test` do all the setting up they need. They want Python 3.11 or newer, with venv.

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
COMPILE = .venv-lock/bin/pip-compile --quiet --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

# Else each of the many processes that the tests start compiles the whole program anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test test-fast papers proof check bench lock bundle sbom clean system-packages proof-packages bench-packages
.DELETE_ON_ERROR:

run: $(INSTALLED)  ## start web, worker and mail catcher with example cases, on this machine only
	$(BIN)/flask dev

test: $(INSTALLED) system-packages  ## run every test; `make test ARGS="-k clock"` runs some
	$(BIN)/python -m pytest $(ARGS)

test-fast: $(INSTALLED)  ## the verbs and the pages, on SQLite alone and without a browser
	$(BIN)/python -m pytest -m "not postgres and not proof" tests/domain tests/pages tests/web $(ARGS)

papers: $(INSTALLED)  ## write anew what docs/da says of fields, terms and tests
	$(BIN)/python -m tests.papers

proof: $(INSTALLED) system-packages proof-packages  ## what is too long for every run: before a version
	$(BIN)/python -m pytest -m proof $(ARGS)

check: $(INSTALLED)  ## format, lint, types, tests: cheapest first
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

bench: $(INSTALLED) system-packages bench-packages  ## measure what we promise, one script a promise
	@shopt -s nullglob; for script in bench/[!_]*.py; do echo "── $$script"; $(BIN)/python "$$script" || exit 1; done

# Ready when it is newer than the lock files.
$(INSTALLED): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv is needed (on Debian: apt-get install python3-venv)" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements.txt -r requirements-dev.txt
	@touch $@

# PostgreSQL, a browser and what runs a provider of single sign-on, for the tests. Only root can install them; without them those tests are skipped, aloud.
# Chromium without a window takes two thirds of the time of the whole one, which does where there is no other.
system-packages: $(INSTALLED)
	@missing=""; \
	command -v chromium-headless-shell > /dev/null || missing="chromium-headless-shell"; \
	compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || missing="$$missing postgresql"; \
	command -v npm > /dev/null || missing="$$missing nodejs npm"; \
	$(INSTALL)

proof-packages: $(INSTALLED)
	@missing=""; command -v chromium > /dev/null || missing="chromium"; \
	command -v clamd > /dev/null || missing="$$missing clamav-daemon"; \
	$(INSTALL)

bench-packages: $(INSTALLED)
	@missing=""; command -v nginx > /dev/null || missing="nginx-light"; \
	$(INSTALL)

define INSTALL
if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	echo "Installing $$missing"; \
	apt-get update > .venv/apt.log 2>&1; \
	get() { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$$1" >> .venv/apt.log 2>&1; }; \
	for package in $$missing; do \
		get $$package || { [ $$package = chromium-headless-shell ] && { command -v chromium > /dev/null || get chromium; }; } || \
			{ tail -5 .venv/apt.log; echo "Could not install $$package" >&2; }; \
	done; \
fi
endef

# Write the lock files anew. Use the oldest Python we run on: what only it needs is then in them, and harms no other.
lock:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "make lock PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv-lock && .venv-lock/bin/python -m pip install --quiet pip-tools
	CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) --upgrade requirements.in
	CUSTOM_COMPILE_COMMAND="make lock" $(COMPILE) --upgrade requirements-dev.in
	rm -rf .venv-lock

BUNDLE = build/koordinering

bundle: sbom  ## everything a server without internet needs, in one archive: for a version
	git archive --prefix=koordinering/ HEAD | tar -x -C build
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		--dest $(BUNDLE)/wheels -r requirements.txt
	cp build/sbom.json build/licences.txt $(BUNDLE)
	tar -C build -czf $(BUNDLE).tar.gz koordinering && rm -rf $(BUNDLE)
	cd build && sha256sum koordinering.tar.gz | tee koordinering.tar.gz.sha256

sbom: $(INSTALLED)  ## what a version is made of (CycloneDX), and the licences
	mkdir -p build
	$(BIN)/python release/sbom.py > build/sbom.json
	$(BIN)/python release/sbom.py --licences > build/licences.txt

# Data and keys stay.
clean:
	rm -rf .venv .venv-lock .pytest_cache .mypy_cache .ruff_cache bench/results build test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
