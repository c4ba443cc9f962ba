# The doors of the house. `make run` serves the product, `make test` proves it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:

PYTHON ?= python3.11
BIN := .venv/bin
CORE_SOURCES := $(shell find core -path core/build -prune -o -type f \( -name '*.cpp' -o -name '*.hpp' -o -name '*.py' -o -name 'CMakeLists.txt' -o -name 'pyproject.toml' \) -print)
CATALOGUES := $(shell find src -name '*.po')
ARGS ?=

.PHONY: help run demo test check check-native bench screenshots lock translations test-tools clean
help:  ## Say what each door does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: .venv/run.stamp  ## Set everything up and serve the product on its embedded database
	$(BIN)/jikimi up $(ARGS)

demo: .venv/demo.stamp  ## Walk one report from the picture to a verified removal
	$(BIN)/jikimi demo $(ARGS)

test: .venv/dev.stamp test-tools  ## Set everything up and run every test, on two cores
	$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

check: .venv/dev.stamp  ## Style, types, layers, migrations, translations, packs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m jikimi.config.migrations_in_step
	$(BIN)/jikimi packs check --on "$$(git log -1 --format=%cs)"

check-native: .venv/dev.stamp  ## Search damaged and changing indexes, watched by two sanitizers
	bin/check-native address
	bin/check-native thread

bench: .venv/dev.stamp test-tools  ## Measure, and write bench/RESULTS.md
	$(BIN)/python -m bench

screenshots: .venv/dev.stamp test-tools  ## Picture every page of the portal, in every language, into out/pages/
	$(BIN)/python -m bench.screenshots $(ARGS)

translations: .venv/run.stamp  ## Compile the message catalogues

test-tools:  ## Browsers, axe and Dovecot, where they are missing
	@bin/ensure-test-tools

lock:  ## Pin every dependency anew, with hashes and without addresses (needs uv)
	bin/lock

clean:  ## Remove what the build made
	rm -rf .venv build core/build dist

# --- Setting up: each stamp is remade when what it depends on has changed.

.venv/venv.stamp: requirements/build.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt
	touch $@

.venv/packages.stamp: requirements/run.txt .venv/venv.stamp
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	touch $@

.venv/core.stamp: $(CORE_SOURCES) .venv/packages.stamp
	$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation --no-deps --no-index --force-reinstall ./core
	touch $@

.venv/run.stamp: .venv/core.stamp pyproject.toml $(CATALOGUES)
	$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation --no-deps --no-index -e .
	$(BIN)/pybabel -q compile -d src/jikimi/locale -D django
	touch $@

.venv/demo.stamp: requirements/demo.txt .venv/run.stamp
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/demo.txt
	touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@
