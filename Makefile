# One virtual environment, made from requirements-dev.lock, serves every target. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# The tests start hundreds of processes: each would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test replay lint types bench soak faults tapes modules docs schema load lock clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## make the virtual environment

run: $(READY)  ## run the weight tracker for customer c_1; its data is kept in funnelscript.db
	@$(BIN)/funnelscript run scripts_examples/weight_tracker.js --customer c_1 --email ada@example.com --name Ada

# One more process than cores, since many tests wait; who is done takes from who is not, since some are long.
test: $(READY)  ## run the tests
	@$(BIN)/python -m pytest -n 3 --dist worksteal

replay: $(READY)  ## do the sample scripts' cases
	@$(BIN)/funnelscript replay scripts_examples

lint: $(READY)  ## check style, formatting and the direction of imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports

types: $(READY)  ## check types
	@$(BIN)/mypy

bench: $(READY)  ## measure; prints a table
	@$(BIN)/python -m benchmarks

soak: $(READY)  ## thousands of mixed runs, minutes long
	@$(BIN)/python -m tests.soak

load: $(READY)  ## put the service under load, on loopback, for a minute and a half
	@$(BIN)/python -m benchmarks load

schema: $(READY)  ## try thousands of requests against the service's OpenAPI document
	@$(BIN)/python -m tests.service.schema_runs

docs: $(READY)  ## renew the pages that are made from the code
	@$(BIN)/python -m bindings.reference
	@$(BIN)/python -m runtime.authoring.crm_file
	@$(BIN)/python -c 'from runtime.settings import reference; print(reference(), end="")' > docs/settings.md
	@$(BIN)/python -m runtime.replay.schema > docs/schemas/case.schema.json

COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"

faults: $(READY)  ## kill workers, hosts and servers under thousands of writes, minutes long
	@$(BIN)/python -m tests.workers.faults
	@$(BIN)/python -m tests.storage.faults

modules: $(READY)  ## compare modules made by chance with Node's, and run every hostile script as one
	@GRAPHS=600 EACH=1 $(BIN)/python -m pytest -n 2 tests/modules/test_esm.py tests/modules/test_fuzz.py tests/hostile -k "chance or module or bytes"

tapes: $(READY)  ## put a thousand scripts made by chance on tape, and replay them
	@$(BIN)/python -m tests.tape.round_trips

lock: $(READY)  ## renew the locks from pyproject.toml, with what is newest
	@$(COMPILE) --upgrade --output-file requirements.lock
	@$(COMPILE) --upgrade --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## remove the virtual environment, caches and built files (data in *.db stays)
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("funnelscript needs Python 3.11 or newer; set PYTHON=")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
