# Two commands: `make demo` to see it, `make test` to check it. Both set up .venv by themselves.
PYTHON ?= python3
BIN := .venv/bin
PARALLEL ?= auto

.PHONY: demo test setup lint types layers bench lock browser clean

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml hatch_build.py $(wildcard locales/*/LC_MESSAGES/*.po)
	@PYTHON="$(PYTHON)" sh .ci/venv

demo: setup
	$(BIN)/soglas demo

test: setup browser lint types layers
	$(BIN)/pytest -n $(PARALLEL)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports

browser:
	@sh .ci/browser

# Speed as ratios to the raw driver in the same run; never part of the tests.
bench: setup
	$(BIN)/python -m tests.bench.bench_core
	$(BIN)/python -m tests.bench.bench_taps

# Pins every dependency with its hashes, for all platforms, naming no download address.
lock: setup
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--upgrade --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv dist .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
