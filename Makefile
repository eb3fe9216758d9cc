# Two commands do all: `make demo` and `make test`. Both make their own environment in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Each worker runs databases of its own; a server of the user's own is emptied by tests, so only one may use it.
WORKERS ?= $(if $(PROVGRAPH_TEST_NEO4J_URI),0,2)

.PHONY: demo test lint types check-docs unit wheel-test clean

demo: $(READY)
	$(BIN)/python -m api.demo examples demo-output

test: lint types check-docs unit

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m cypher.linter

types: $(READY)
	$(BIN)/mypy

check-docs: $(READY)
	$(BIN)/python -m api.reference --check

unit: $(READY)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(PYTEST_ARGS)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "error: Python 3.11 or newer is needed, this is %s; give another with make PYTHON=…" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,fast]'
	touch $(READY)

clean:
	rm -rf $(VENV) demo-output dist build .mypy_cache .ruff_cache .pytest_cache
