# make demo · make test · make check · make bench · make mutants · make walks · make sbom: each sets up what it needs by itself.
PORT ?= 5000
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test check bench mutants walks sbom setup clean

demo: $(STAMP)
	@$(BIN)/groupsched demo --port $(PORT) $(if $(RESET),--reset)

# The tests start the product about a hundred times: each time half a second is spared where what is compiled may be kept.
test: $(STAMP)-dev
	@$(BIN)/python -m tests.setup
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 $(ARGS)

check: $(STAMP)-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test
	@$(BIN)/python -m tests.audit_dependencies

bench: $(STAMP)-dev
	@$(BIN)/python -m benchmarks

mutants: $(STAMP)-dev
	@$(BIN)/python -m tests.mutants $(ARGS)

walks: $(STAMP)-dev
	@$(BIN)/python -m tests.setup
	@GROUPSCHED_WALKS=$${GROUPSCHED_WALKS:-300} $(BIN)/python -m pytest --quiet --maxfail 5 $(ARGS) tests/feeds/test_walk.py tests/feeds/test_stamps.py

sbom: $(STAMP)-dev
	@$(BIN)/python -m tests.sbom

setup: $(STAMP)-dev

$(STAMP): requirements/runtime.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/runtime.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(STAMP)-dev: $(STAMP) requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

clean:
	rm -rf .venv instance dist mutants tests/node/node_modules
