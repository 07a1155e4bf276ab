# Everything a newcomer needs: `make run` and `make test`. Both make what they need and keep what is there.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check template slow soak grown grown-demo clean

.venv/.base: requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Masthead needs Python 3.11 or newer; set PYTHON=…"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what Masthead stands on…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.base
	@echo "Installing what the tests need…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

run: .venv/.base
	@test -f data/masthead.sqlite3 || $(BIN)/masthead init --demo
	@$(BIN)/masthead run

check: .venv/.dev
	$(BIN)/ruff check masthead tests benchmarks
	$(BIN)/lint-imports
	$(BIN)/mypy masthead/kit masthead/wire masthead/stories masthead/press
	MASTHEAD_PATHS_DATA=$$(mktemp -d) $(BIN)/python manage.py makemigrations --check --dry-run

# The tests' database is made while the code is checked.
template: .venv/.dev
	$(BIN)/python -m tests.template

test: .venv/.dev
	@$(MAKE) --no-print-directory -j2 check template
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

slow: .venv/.dev
	$(BIN)/python -m pytest -m "slow and not soak and not transactional" -n 2 --dist loadfile
	$(BIN)/python -m pytest -m transactional

# What takes minutes by itself: two browsers over one story, the whole set of the compose file. Before a release.
soak: .venv/.dev
	$(BIN)/python -m pytest -m soak

# The same tests on PostgreSQL; those of the grown paper (several machines, a bucket, Redis) are in `slow`.
grown: .venv/.dev
	$(BIN)/python -m tests.on_postgres

# From nothing to the demo on PostgreSQL and Redis, two web processes and two workers; Ctrl-C takes it away (docs/growing.md).
grown-demo: .venv/.dev
	@$(BIN)/python -m tests.grown_demo

clean:
	rm -rf .venv build dist *.egg-info
