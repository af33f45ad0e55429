# Two commands: `make demo` to see it, `make test` to check it. Both set up .venv by themselves.
PYTHON ?= python3
BIN := .venv/bin
# One more than the cores: many tests wait for something more than they work.
PARALLEL ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

# What is also run with PostgreSQL in the place of SQLite.
ON_POSTGRESQL := $(addprefix tests/,test_service.py test_local_right.py test_campaigns.py test_moments.py test_absences.py \
	test_invites.py test_creators.py test_hooks.py test_outbox.py stories/test_take_back.py)
MINUTES ?= 60

.PHONY: demo test setup lint types layers bench torture rolling audit lock browser clean

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml hatch_build.py $(wildcard locales/*/LC_MESSAGES/*.po)
	@PYTHON="$(PYTHON)" sh .ci/venv

demo: setup
	$(BIN)/soglas demo

test: setup browser lint types layers
	$(BIN)/pytest -n $(PARALLEL) --dist worksteal
	SOGLAS_TEST_ENGINE=postgresql $(BIN)/pytest -n $(PARALLEL) --dist worksteal $(ON_POSTGRESQL)

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
	$(BIN)/python -m tests.bench

# Crash schedules with fresh seeds for MINUTES, then 200 real kills on each engine.
torture: setup
	$(BIN)/python -m tests.faults.torture --minutes $(MINUTES)
	$(BIN)/python -m tests.kills --kills 200 --engine both

# An upgrade with real processes: from the commit FROM, else from the last one before the newest migration, to this checkout.
rolling: setup
	$(BIN)/python -m tests.rolling $(if $(FROM),--from $(FROM))

# Known vulnerabilities in what we depend on; exit 3 where nobody could be asked.
audit: setup
	sh .ci/audit

# Pins every dependency with its hashes, for all platforms, naming no download address.
lock: setup
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--upgrade --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv dist .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
