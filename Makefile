# Everything runs in .venv; nothing is installed globally except by `make tools`.
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

# Tests with servers mostly wait for them, so there are two workers for each core.
WORKERS = $(shell expr 2 '*' $$(getconf _NPROCESSORS_ONLN))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help rules docs test check bench tools tools3 demo clean

help: ## print this list
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' Makefile | expand -t 10

rules: .venv/.runtime ## compile examples/ into rules/ and lint both
	$(BIN)/sloctl compile examples -o rules
	$(BIN)/sloctl lint examples rules

test: .venv/.dev tools ## run every test, those with real servers included, on Prometheus 3 too where Go can build it
	@.ci/tools3 --where-possible
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal

check: .venv/.dev ## lint, check the types and run the quick tests, which start no server
	$(BIN)/ruff check .
	$(BIN)/mypy
	MYPYPATH=examples:. $(BIN)/mypy -p demo -p tests.support -p tests.e2e
	$(BIN)/python -m pytest --numprocesses auto -m "not e2e"

docs: .venv/.dev ## write docs/checks/ from the checks themselves
	@$(BIN)/python -m sloctl.pipeline.lint.manual docs/checks

bench: .venv/.dev tools ## run every bench/bench_*.py; each prints its tables
	@set -e; for script in bench/bench_*.py; do echo "== $$script"; PYTHONPATH=examples $(BIN)/python "$$script"; done

tools: ## find the servers that the tests start, or install them (Debian's packages)
	@.ci/tools

tools3: ## build Prometheus 3 into .cache/ with Go; the tests then run on it as well
	@.ci/tools3

demo: .venv/.runtime tools ## watch a robot loop: from the counter to the notification, on real servers
	PYTHONPATH=examples $(BIN)/python -m demo

clean: ## remove the virtual environment, caches and builds
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/pip:
	@.ci/venv

.venv/.runtime: pyproject.toml | $(BIN)/pip
	$(PIP) install --editable .
	@touch $@

.venv/.dev: pyproject.toml .venv/.runtime
	$(PIP) install --editable '.[dev]'
	@touch $@
