# Plumbline's commands. `make` alone says what they are. Needs python3 (3.11 or later, with venv) and nothing else.
PYTHON ?= python3
SHARED ?= ../shared
VENV := .venv
PY := $(VENV)/bin/python
# The stamps carry the requirements' checksums: an environment is made again only when those change.
RUN := $(VENV)/run-$(firstword $(shell cksum < requirements.txt))
DEV := $(VENV)/dev-$(firstword $(shell cat requirements.txt requirements-dev.txt | cksum))
INSTALL := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all:
# A reader on the published data, by clicks alone: by itself, for beside other browsers two cores make him wait.
FIRST_USER := tests/browser/test_first_user.py
SOURCES := app.py pages lib tests bench

.PHONY: help run test check bench data build soak format lock
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(RUN) ## serve the dashboard on 127.0.0.1:8501 (PORT=N for another port, HOST_ADDRESS=0.0.0.0 for all addresses)
	@exec $(PY) -m lib.serve

test: check ## formatter, linter, type checker, then all tests but the soak ones
	@bash tests/chromium.sh
	$(PY) -m pytest -n 2 --dist loadfile --ignore $(FIRST_USER)
	$(PY) -m pytest $(FIRST_USER)

check: $(DEV) ## formatter, linter and type checker alone
	$(PY) -m ruff format --check --quiet --output-format concise $(SOURCES)
	$(PY) -m ruff check --quiet $(SOURCES)
	$(PY) -m mypy

bench: $(DEV) ## measure the speed against a floor page, write bench/RESULTS.md
	$(PY) -m bench.run --shared $(SHARED)

data: $(RUN) ## read every published round below SHARED/mlperf into data/rounds
	$(PY) -m lib.ingest.all $(SHARED)/mlperf

build: $(RUN) ## make the database from data/rounds
	$(PY) -m lib.build

soak: $(DEV) ## the long tests of faults and load, in full numbers
	@bash tests/chromium.sh
	PLUMBLINE_SOAK=1 $(PY) -m pytest -m soak

format: $(DEV) ## put the code into its form
	$(PY) -m ruff format --quiet $(SOURCES)
	$(PY) -m ruff check --quiet --fix $(SOURCES)

lock: ## compile requirements*.in into requirements*.txt with exact versions and hashes (needs uv)
	for name in requirements requirements-dev; do \
	  uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command 'make lock' $$name.in -o $$name.txt || exit 1; \
	done

$(RUN): requirements.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("error: Plumbline needs Python 3.11 or later")'
	@if [ -L $(VENV) ]; then echo 'error: $(VENV) is a link; making it anew would empty what it leads to' >&2; exit 1; fi
	@echo 'installing into $(VENV) (once)' >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) -r requirements.txt
	@touch $@

$(DEV): $(RUN) requirements-dev.txt
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
