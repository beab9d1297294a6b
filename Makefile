# `make run` and `make test` do all set-up themselves; the rest is for people who change the code.
# Settings are environment variables (see .env.example): PORT, HOST, DATA_DIR and WORKERS are honoured here too.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run setup test check bench lock clean

help:
	@echo "make run     start the site with demo content on http://127.0.0.1:8000 (PORT=, HOST=, DATA_DIR=, WORKERS=)"
	@echo "make test    all tests: SQLite, PostgreSQL and a real browser"
	@echo "make setup   what make run does before it serves"
	@echo "make check   lint, types, architecture, migrations, templates"
	@echo "make bench   the benchmarks, as ratios to a baseline of the same run"
	@echo "make lock    write the pinned requirements anew"
	@echo "make clean   take away what set-up installed; your data stays"

run: setup
	@$(BIN)/python manage.py serve

setup: $(VENV)/ready node_modules/ready
	@$(BIN)/python bin/setup.py

test: $(VENV)/ready-dev node_modules/ready-dev
	@$(BIN)/python bin/test.py

check: $(VENV)/ready-dev node_modules/ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q -c /dev/null --rootdir=. --noconftest -p no:django -p no:cacheprovider tests/test_architecture.py
	@$(BIN)/python bin/check.py

bench: $(VENV)/ready-dev node_modules/ready
	@$(BIN)/python -m bench

lock: $(VENV)/python-is-there
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile -q --no-config --no-header --universal --generate-hashes --python-version 3.11 requirements.in -o requirements.txt
	@$(BIN)/uv pip compile -q --no-config --no-header --universal --generate-hashes --python-version 3.11 requirements-dev.in -o requirements-dev.txt
	@$(BIN)/uv pip compile -q --no-config --no-header --universal --generate-hashes --python-version 3.11 requirements-node.in -o requirements-node.txt

clean:
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache

# --- set-up, each step done again only when what it depends on changes ------------------------------------------
$(VENV)/python-is-there:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or newer is needed. Install it, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python cannot make a virtual environment. On Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/ready: $(VENV)/python-is-there requirements.txt
	@echo "Installing the site's packages (a minute or two, once) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.txt
	@echo "Installing the packages of the tests (once) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/ready: $(VENV)/python-is-there package.json package-lock.json
	@$(PYTHON) bin/assets.py
	@touch $@

node_modules/ready-dev: $(VENV)/python-is-there package.json package-lock.json
	@$(PYTHON) bin/assets.py --with-tests
	@touch node_modules/ready $@
