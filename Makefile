# Every command of the project. `make` alone prints them. Needs make and Python >= 3.11; brings all else itself.

SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
WEB := server/web
STATIC := server/static/.vite/manifest.json
WEB_SOURCES := $(shell find $(WEB) -path $(WEB)/node_modules -prune -o -type f -print 2>/dev/null)
# Folders of pages with known lines to train on, and more options of the training (`--help` of its module).
TRUTH ?= ../shared/groundtruth-train
TRAIN ?=
# The first interpreter that is new enough; `make PYTHON=/path/to/python3` chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help setup demo dev serve test check format bench browser docs migrate lock train-lines clean

help: ## Print these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.dev $(STATIC) ## Install everything that is needed to run, test and develop

demo: $(VENV)/.run $(STATIC) ## Render and ingest the sample documents, then serve them
	@$(BIN)/stroka demo

serve: $(VENV)/.run $(STATIC) ## Serve the documents in STROKA_HOME (default var/)
	@$(BIN)/stroka serve

dev: setup ## Serve with one worker that starts again when a source file changes
	@$(BIN)/stroka serve --reload

test: setup ## Run every test: types, style, Python, front end and, where there is a browser, the pages
	@$(MAKE) --no-print-directory check
	@$(PY) scripts/run_node.py npm --prefix $(WEB) test
	@$(PY) -m pytest

check: $(VENV)/.dev ## Check style and types only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy

format: $(VENV)/.dev ## Put the sources into their one format
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

bench: setup ## Measure speed and memory of this machine's build; figures go to bench-results/
	@$(PY) -m tests.bench

browser: setup ## Run the browser tests only; fails where there is no Chromium
	@CI=true $(PY) -m pytest tests/browser

docs: $(VENV)/.dev ## Build the documentation into site/, failing on any broken link
	@$(BIN)/mkdocs build --strict --quiet

migrate: $(VENV)/.run ## Bring the database in STROKA_HOME to this version
	@$(BIN)/stroka migrate

lock: $(VENV)/.uv ## Resolve the lock files anew (after a change of pyproject.toml)
	@$(PY) scripts/lock.py

train-lines: $(VENV)/.uv .train/.complete ## Train the network that finds lines on the folders TRUTH; goes on where it was stopped
	@$(PY) scripts/run_node.py npm --prefix images/layout/training ci --no-audit --no-fund --loglevel=error
	@.train/bin/python -m images.layout.training.learn $(addprefix --truth ,$(TRUTH)) \
	  --fonts images/layout/training/node_modules --work var/training $(TRAIN)

clean: ## Remove what the other targets made; the documents in var/ stay
	@rm -rf $(VENV) .train .node $(WEB)/node_modules images/layout/training/node_modules server/static site bench-results .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

$(VENV)/.uv: requirements-uv.lock
	@if [ -z "$(PYTHON)" ]; then \
	  echo "Stroka needs Python 3.11 or newer, and found none on the PATH. Install one, or: make PYTHON=/path/to/python3" >&2; exit 1; fi
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Python could not make a virtual environment; on Debian and Ubuntu install python3-venv, then run make again." >&2; \
	  rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements.lock
	@$(BIN)/uv pip install --quiet --python $(PY) --require-hashes -r requirements.lock
	@$(PY) scripts/write_launcher.py $(BIN)/stroka
	@touch $@

$(VENV)/.dev: $(VENV)/.uv requirements.lock requirements-dev.lock
	@$(BIN)/uv pip sync --quiet --python $(PY) --require-hashes requirements-dev.lock
	@$(PY) scripts/write_launcher.py $(BIN)/stroka
	@touch $@ $(VENV)/.run

.train/.complete: $(VENV)/.uv requirements-train.lock
	@$(PYTHON) -m venv .train
	@$(BIN)/uv pip sync --quiet --python .train/bin/python --require-hashes requirements-train.lock
	@touch $@

$(WEB)/node_modules/.package-lock.json: $(VENV)/.uv $(WEB)/package.json $(WEB)/package-lock.json
	@$(PY) scripts/run_node.py npm --prefix $(WEB) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STATIC): $(WEB)/node_modules/.package-lock.json $(WEB_SOURCES)
	@$(PY) scripts/run_node.py npm --prefix $(WEB) run --silent build
	@touch $@
