# `make demo` shows it, `make test` proves it, `make lint` keeps it tidy. All that must be there is Python 3.11+.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
# A second start need not compile what the first one did.
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(CURDIR)/$(BIN):$(PATH)
# One more than there are cores: somebody always waits for a browser, a database or a clock.
WORKERS = -n $(shell $(BIN)/python -c "import os; print(min((os.cpu_count() or 1) + 1, 5))") --dist worksteal
NPM_CI = npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test sweep look lint bench requirements clean

help:
	@echo "make demo   the whole system with a morning of calls, on http://127.0.0.1:$(PORT)"
	@echo "make test   the suite, but for what make sweep runs"
	@echo "make sweep  what goes through everything: the demo, every page in Chromium every way, the benches"
	@echo "make look   the journeys with every page they see looked at every way: light and dark, wide, narrow and zoomed"
	@echo "make bench  what taking calls costs, beside raw psycopg, a bare function and the usual build"
	@echo "make lint   ruff, mypy, import-linter, djlint, migrations and deploy checks"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing: install it first (on Debian: apt install python3-venv)."; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: requirements-demo.txt | $(VENV)/bin/python
	@echo "Installing what the demo needs …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-demo.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing what the tests need …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.demo

node_modules/.package-lock.json: package-lock.json | $(VENV)/bin/python
	@echo "Installing the front-end packages …"
	@$(NPM_CI)
	@touch $@

demo: $(VENV)/.demo node_modules/.package-lock.json
	@$(BIN)/python -m hotline.demo --port $(PORT)

test: $(VENV)/.dev node_modules/.package-lock.json
	@$(BIN)/python -m hotline.messages compile
	@$(BIN)/pytest $(WORKERS) -m "not sweep" $(PYTEST_ARGS)

sweep: $(VENV)/.dev node_modules/.package-lock.json
	@$(BIN)/python -m hotline.messages compile
	@$(BIN)/pytest $(WORKERS) -m sweep $(PYTEST_ARGS)

look: $(VENV)/.dev node_modules/.package-lock.json
	@$(BIN)/python -m hotline.messages compile
	@LOOK=every $(BIN)/pytest $(WORKERS) -m "browser and not sweep" $(PYTEST_ARGS)

lint: $(VENV)/.dev node_modules/.package-lock.json
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint --quiet templates
	@DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	@.ci/check-deploy

$(VENV)/.bench: requirements-bench.txt | $(VENV)/bin/python
	@echo "Installing what the benchmarks need …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

bench: $(VENV)/.bench
	@$(BIN)/python -m hotline.messages compile
	@$(BIN)/python -m bench.intake $(BENCH_ARGS)
	@$(BIN)/python -m bench.board $(BENCH_ARGS)
	@$(BIN)/python -m bench.flood

requirements: $(VENV)/.dev
	@for part in "" -demo -dev -bench; do \
		$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
			--quiet --output-file requirements$$part.txt requirements$$part.in; done

clean:
	@rm -rf $(VENV) node_modules var
