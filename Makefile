# What one does with Maillage from a terminal. `make help` lists it.
.DEFAULT_GOAL := help
.PHONY: help setup run test test-spark verify-pages verify-offline verify-kill verify-files verify-backup verify-restart verify-double verify-load verify-building verify-laws verify-survey verify-seats check fmt bench wheel docs lock messages clean
PY := .venv/bin/python
PORT ?= 8000
SEED ?= 20260630
export PYTHONUNBUFFERED = 1

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## create .venv and install everything, from the lock files; serves nothing
	@python=$$(sh scripts/find-python) && "$$python" scripts/install.py

run: setup ## set up, migrate, load geography and the demonstration, serve on port $(PORT)
	@$(PY) scripts/run.py --port $(PORT)

test: setup ## run every test on SQLite and, where found, on PostgreSQL and in Chromium
	@$(PY) scripts/test.py

test-spark: setup ## run the figures of the observatories on Spark too (needs Java)
	@sh scripts/spark.sh

verify-pages: setup ## look at every page of every role, at both widths, light and dark (long)
	@MAILLAGE_ALL_PAGES=1 MAILLAGE_HOME=build/test-home $(PY) -m pytest -q tests/browser/test_pages.py

verify-offline: setup ## send 500 visits that waited on a phone through answers cut at random, each recorded once (long)
	@MAILLAGE_QUEUED=500 MAILLAGE_HOME=build/test-home $(PY) -m pytest -q tests/browser/test_offline.py

verify-kill: setup ## kill loads two hundred times on each database, none of which may lose or double a row (long; SEED=)
	@MAILLAGE_KILLS=200 MAILLAGE_SEED=$(SEED) $(PY) scripts/test.py --both tests/intake/test_killed_load.py

verify-files: setup ## read 5 000 files changed at random, none of which may break a reader
	@$(PY) -m tests.intake.mutating --count 5000 --seed $(SEED)

verify-backup: setup ## flip 2 000 bits of a backup, none of which may be restored (SEED=)
	@MAILLAGE_FLIPS=2000 MAILLAGE_SEED=$(SEED) MAILLAGE_HOME=build/test-home $(PY) -m pytest -q tests/site/keeping

verify-restart: setup ## restart the database ten times under load: 503 while it is away, nothing lost (long)
	@MAILLAGE_RESTARTS=10 MAILLAGE_HOME=build/test-home $(PY) -m pytest -q -m deployed tests/deployed/test_outage.py

verify-double: setup ## send 200 forms four times at once on every route that creates: 200 rows each (long)
	@MAILLAGE_DOUBLES=200 MAILLAGE_HOME=build/test-home $(PY) -m pytest -q -m deployed tests/deployed/test_doubles.py

verify-load: setup ## thirty advisers on SQLite, two hundred on PostgreSQL, a visit each every 30 s for 5 minutes: no error (long)
	@BENCH_LOAD=300 $(PY) -c "from bench.__main__ import both; raise SystemExit(both(['visits']))"

verify-seats: setup ## ask for fifty seats four hundred times at once, of a day and of a workshop, on each database (long)
	@MAILLAGE_CLAIMS=400 $(PY) scripts/test.py --both tests/events/test_seats_at_once.py

verify-building: setup ## kill the building of observations at every step, and run it out of room in five ways (long)
	@MAILLAGE_BUILDINGS=1 MAILLAGE_HOME=build/test-home $(PY) -m pytest -q tests/figures/observations/test_interrupted_building.py

verify-laws: setup ## draw five hundred examples of every property that names no number of its own (long)
	@MAILLAGE_EXAMPLES=500 MAILLAGE_HOME=build/test-home $(PY) -m pytest -q -n auto -m "hypothesis and not browser and not deployed and not spark"

verify-survey: setup ## draw five hundred samples of a known population: their intervals hold the truth as often as they say
	@MAILLAGE_SAMPLES=500 MAILLAGE_HOME=build/test-home $(PY) -m pytest -q tests/surveys/test_coverage.py

check: setup ## formatting, lint, types, layers, migrations, templates, dependencies, reference pages
	@$(PY) scripts/check.py

fmt: setup ## put Python code in its one form and apply the safe corrections
	@.venv/bin/ruff check --quiet --fix-only . && .venv/bin/ruff format .

bench: setup ## measure; ratios are gates (SIZE=1000000 acts: long; REPORT=file keeps the page)
	@.venv/bin/uv pip install --quiet --python $(PY) --require-hashes --no-deps -r requirements/peers.txt
	@BENCH_ACTS=$(SIZE) BENCH_REPORT=$(REPORT) $(PY) -m bench

wheel: setup ## pack Maillage with its front-end files and translations, to install without a checkout (dist/)
	@.venv/bin/hatchling build --target wheel --directory dist

docs: setup ## write the generated pages of docs/reference again
	@$(PY) -m maillage reference

lock: ## resolve the packages again and write the lock files
	@sh scripts/lock.sh

messages: setup ## gather the strings to translate of every package (needs gettext)
	@sh scripts/messages.sh

clean: ## remove what set-up made; data in var/ stays
	rm -rf .venv node_modules build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
