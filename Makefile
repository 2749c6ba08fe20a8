# Every target does its own set-up: a clean clone needs Python 3.11 or newer, make, and the package registries.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
COMPILED := .venv/.compiled
CLIENTS := tests/clients/node_modules/.ready
TABLET_TOOLS := tablet/node_modules/.ready
TABLET := api/tablet_app/index.html
TABLET_SOURCES := $(shell find tablet -type f -not -path 'tablet/node_modules/*' -not -path 'tablet/test/*') \
	mobile_contract/typescript/fieldcheck.ts pyproject.toml
NPM = PATH="$(CURDIR)/$(BIN):$$PATH" npm --loglevel=error
# What was compiled once is kept: every worker and every command that the tests start would do it again.
export PYTHONDONTWRITEBYTECODE :=
UV_VERSION := $(shell awk '/^name = "uv"$$/ {getline; gsub(/[^0-9.]/, ""); print; exit}' uv.lock)

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@[ -x $(BIN)/pip ] || $(PYTHON) -m venv .venv || { ./tools/debian-packages python3-venv && $(PYTHON) -m venv --clear .venv; }
	@[ -x $(BIN)/uv ] || $(BIN)/pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@VIRTUAL_ENV= $(BIN)/uv sync --locked --quiet
	@touch $@

# Of a new checkout each of the runner's processes would compile every module by itself: half a minute of two cores.
$(COMPILED): | $(READY)
	@for half in "tests --ignore=tests/inspection" tests/inspection; do \
		$(BIN)/pytest --collect-only -qq $$half >/dev/null & done; wait
	@touch $@

# Clients and servers nobody here wrote, by Node of the environment: only when the list of them changed.
$(CLIENTS): tests/clients/package.json tests/clients/package-lock.json | $(READY)
	@$(NPM) ci --prefix tests/clients --no-audit --no-fund --silent
	@touch $@

# What builds, checks and tests the inspector's app: only when the list of it changed.
$(TABLET_TOOLS): tablet/package.json tablet/package-lock.json | $(READY)
	@$(NPM) ci --prefix tablet --no-audit --no-fund --silent
	@touch $@

$(TABLET): $(TABLET_SOURCES) | $(TABLET_TOOLS)
	@$(NPM) run build --prefix tablet --silent -- --logLevel warn
	@touch $@

setup: $(READY) ## the environment only

tablet: $(TABLET) ## the inspector's app, into api/tablet_app/

demo: $(READY) $(TABLET) ## database, demo data, server on http://127.0.0.1:8000
	@$(BIN)/fieldcheck demo

test: $(READY) $(COMPILED) $(CLIENTS) $(TABLET) browser openssl pgbouncer systemd ## everything, on SQLite and PostgreSQL
	@$(BIN)/pytest -n 4 --dist worksteal -q

lint: $(READY) $(TABLET_TOOLS) ## style, types, who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --cache-dir .make/import-linter
	@$(NPM) run check --prefix tablet --silent

bench: $(READY) $(CLIENTS) $(TABLET) browser ## figures of this machine into bench/RESULTS.md
	@$(BIN)/python -m bench

bench-draw: $(READY) ## the statistics of the draw over 20,000 ceremonies; nightly: over 200,000
	@$(BIN)/python -m bench draw_statistics

bench-draw-nightly: $(READY)
	@$(BIN)/python -m bench draw_nightly

bench-sim: $(READY) ## the simulator of tablets, network and server over 20,000 seeds
	@$(BIN)/python -m bench simulate

bench-fuzz: $(READY) $(TABLET) ## many requests of every operation, two tenants on both engines, a minute of Atheris for every decoder
	@$(BIN)/pytest -q -n 2 --hypothesis-profile=bench --timeout=0 tests/api/fuzz tests/tenants
	@$(BIN)/python -m tests.fuzz.run 60

audit: $(READY) ## known vulnerabilities of what is locked; fails when the registries cannot be asked
	@$(BIN)/python tools/supply.py audit

sbom: $(READY) ## bills of materials (CycloneDX) into dist/sbom
	@$(BIN)/python tools/supply.py sbom dist/sbom

bench-outage: $(READY) ## 2,000 tablets come back after three days, and all of it is compared with the store
	@$(BIN)/python -m bench outage

bench-soak: $(READY) ## an hour on each engine: does anything grow?
	@$(BIN)/python -m bench soak

bench-faults: $(READY) ## a thousand kills on each engine, and every other fault, under load: every receipt against the store
	@command -v gcc >/dev/null || ./tools/debian-packages gcc libc6-dev
	@$(BIN)/python -m bench faults

browser: # with the letters of its readers
	@command -v chromium >/dev/null || ./tools/debian-packages chromium
	@fc-list :lang=zh | grep -q . || ./tools/debian-packages fonts-noto-cjk

openssl: # the time-stamp authority of the tests
	@command -v openssl >/dev/null || ./tools/debian-packages openssl

systemd: # what reads the units
	@command -v systemd-analyze >/dev/null || ./tools/debian-packages systemd

pgbouncer: # the pooler of the tests; they start their own
	@[ -x "$$(PATH=$$PATH:/usr/sbin command -v pgbouncer)" ] || ./tools/debian-packages pgbouncer

migrations: $(READY) ## draft migrations from changed tables; a person reads them before they are committed
	@for app in inspection media sync; do PICCOLO_CONF=api.piccolo_conf $(BIN)/piccolo migrations new $$app --auto; done

contract: $(READY) ## rewrite the generated contract files and golden files
	@$(BIN)/python -m api.contract
	@$(BIN)/python -m mobile_contract.artefacts
	@$(BIN)/python -m mobile_contract.artefacts guide docs/native-app.md
	@$(BIN)/python -m api.permits > tests/golden/permits.txt
	@$(BIN)/python -m tests.support.decisions > tests/golden/decisions.txt
	@$(BIN)/python -m tests.inspection.draw.vectors > tests/golden/draw_vectors.json
	@$(BIN)/python -m tests.support.tablet_records > tests/golden/tablet_records.json

wheelhouse: $(READY) $(TABLET) ## an installation without internet, as one tar in dist/
	@BIN=$(BIN) ./tools/wheelhouse dist

coverage: $(READY) $(CLIENTS) $(TABLET) browser openssl pgbouncer systemd ## the tests once more, with what they reach
	@$(BIN)/pytest -n 4 --dist worksteal -q --cov --cov-report=term:skip-covered --cov-fail-under=90

clean: ## remove the environment and all local data
	@rm -rf .venv tests/clients/node_modules tablet/node_modules api/tablet_app var .make .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help setup tablet demo test lint bench bench-draw bench-draw-nightly bench-sim bench-fuzz audit sbom bench-outage bench-soak browser openssl pgbouncer systemd migrations contract wheelhouse coverage clean
