# What people run. Everything else is `extract`, `dbt`, `load` and `sandbox` in .venv/bin; each has --help.
SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONPATH := $(CURDIR)

.PHONY: help install demo map test lint test-sql test-python test-busy chaos rollback-scale delta lock clean bench bench-proposals bench-extract bench-diff bench-load bench-build

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*##/\t/' | expand -t 18

install: .venv/.installed  ## .venv with locked, hashed versions; data/ for the owner only

.venv/.installed: requirements.lock pyproject.toml
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: python3 is " + sys.version.split()[0])'
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	mkdir -p data && chmod 700 data
	touch $@

demo: install    ## the whole road on a generated practice, both systems on loopback: make demo SIZE=300
	bash sandbox/demo.sh

map: install     ## the mapper's loop: each save in seeds/ and models/ is built, and what it changed is said
	python -m load.map

test: install    ## everything that CI runs: linters and SQL beside pytest, which takes longest and ends last
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target $(BESIDE) lint test-sql & beside=$$!; \
	$(MAKE) --no-print-directory test-python; tested=$$?; \
	wait $$beside && exit $$tested

lint: install    ## sqlfluff, ruff, mypy
	ruff check .
	ruff format --check .
	mypy
	sqlfluff lint models tests/data

test-sql: install  ## dbt: models, contracts, data tests and unit tests on a small generated practice
	bash tests/build_once.sh

test-python: install  ## pytest: parts, and journeys end to end
	pytest -n 4 --dist loadscope --no-loadscope-reorder

test-busy:       ## CI on a clean clone of HEAD, while as many processes as there are cores burn beside it
	bash tests/busy.sh

chaos: install   ## kill -9 over extract, apply and rollback: make chaos KILLS=200 SEED=1
	pytest -q -s -m slow tests/journeys/test_chaos.py

rollback-scale: install  ## the rollback's proof at 20,000 records: some minutes
	pytest -m slow -s tests/journeys/test_rollback_scale.py

delta: install   ## the cut-over window's heartbeat, for cron: changes in, built, planned, applied if the gate holds
	load delta

lock: install    ## renew requirements.lock after an edit of pyproject.toml
	.venv/bin/pip install --quiet pip-tools
	.venv/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
		--no-emit-find-links --no-emit-trusted-host --extra sandbox --extra dev -o requirements.lock pyproject.toml

bench: bench-proposals bench-extract bench-diff bench-load bench-build  ## all benchmarks; benchmarks/README.md says what each measures

bench-proposals: install  ## how often the rows of `load propose` are right, and whether their confidence says so
	python -m benchmarks.proposals

bench-extract: install  ## extraction beside dlt on the same pages (installs dlt)
	python -c 'import dlt' 2>/dev/null || .venv/bin/pip install --quiet --disable-pip-version-check 'dlt[parquet]>=1.5'
	python -m benchmarks.extraction

bench-diff: install  ## the field-level diff beside a naive unpivot and join
	python -m benchmarks.diff

bench-load: install  ## writes a second: at once, slow, under a hidden limit; memory
	python -m benchmarks.load

bench-build: install  ## dbt build of 1,000,000 source records
	python -m benchmarks.build --records 1000000

clean:           ## what a build makes; never data/
	rm -rf target logs .pytest_cache .mypy_cache .ruff_cache
