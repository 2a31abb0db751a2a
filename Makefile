# Needs python3 (3.11 or newer) and make; everything else is installed into .venv from the lock files.
PYTHON ?= python3
PORT ?= 8000
BIND ?= 127.0.0.1:$(PORT)
BIN := .venv/bin
# Tests that run at once: one more than there are cores, as many wait for servers and browsers.
JOBS ?= $(shell $(PYTHON) -c 'import os; print(len(os.sched_getaffinity(0)) + 1)')
# A stamp says that a step was done for the files it depends on, so that a second run has nothing to do.
STAMPS := .venv/.stamps
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
# Editable by a plain path: the import hook that is the default slows every start of the command.
INSTALL_PROJECT := $(INSTALL) --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
LOCK := $(BIN)/uv pip compile pyproject.toml --group build --extra postgres --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --quiet

VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
IMAGE_PYTHON := $(shell sed -n 's/^FROM python:\([0-9.]*\).* AS .*/\1/p' Dockerfile)

.DEFAULT_GOAL := help
.PHONY: help install install-dev serve test test-lowest test-fast lint bench bench-search bench-pages accuracy attack readme screenshots image image-test sbom audit lock clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

install: $(STAMPS)/runtime ## make .venv with the quotes command

serve: $(STAMPS)/runtime ## install, migrate, load seeds/ and serve (PORT=8000, DATABASE_URL=sqlite:///quotes.db)
	@$(BIN)/quotes db upgrade
	@$(BIN)/quotes load seeds
	@printf '\nServing on http://%s (^C stops it).  Ask it, for example:\n\n' '$(BIND)'
	@printf "  curl 'http://%s/v1/quotes?speaker=prentiss'\n" '$(BIND)'
	@printf "  curl 'http://%s/v1/stats'\n\nThe reference is at http://%s/docs\n\n" '$(BIND)' '$(BIND)'
	@exec $(BIN)/quotes serve --bind $(BIND)

test: $(STAMPS)/dev ## install what tests need, and run the whole suite (ARGS='tests/api -x')
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

test-fast: $(STAMPS)/dev ## the tests that start no processes, browsers or database servers (a minute; ARGS='tests/store')
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m 'not slow' $(ARGS)

lint: $(STAMPS)/dev ## style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile tests/image/*.Dockerfile

test-lowest: $(STAMPS)/dev ## try the server with the oldest version of each dependency that pyproject.toml allows
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python build/lowest
	$(BIN)/uv pip install --quiet --python build/lowest --resolution lowest-direct --requirement pyproject.toml \
		--extra postgres --extra parquet
	$(BIN)/uv pip install --quiet --python build/lowest feedparser hypothesis jsonschema packaging prometheus-client \
		pytest pyyaml setuptools tinyhtml5
	build/lowest/bin/python -m pytest tests/server tests/api/test_hostile.py tests/api/test_bulk.py \
		tests/faults/test_slow_clients.py tests/faults/test_stopping.py

bench: $(STAMPS)/dev ## print how fast articles are read and requests answered, each beside the least there is
	@$(BIN)/python -m bench.extractor
	@echo
	@$(BIN)/python -m bench.serving $(ARGS)
	@echo
	@$(BIN)/python -m bench.bulk
	@echo
	@$(BIN)/python -m bench.shards

bench-search: $(STAMPS)/dev ## print how fast quotes are found among 100,000 and a million (builds the stores first, 15 minutes)
	@$(BIN)/python -m bench.search $(ARGS)

bench-pages: $(STAMPS)/dev ## print how large the pages are, and how soon they come, over a million quotes
	@$(BIN)/python -m bench.pages $(ARGS)

accuracy: $(STAMPS)/dev ## print how accurate it is on annotated articles, and put the table into README and docs/ (GOLD='a.jsonl b.jsonl')
	@$(BIN)/python -m bench.accuracy $(GOLD) --write

attack: $(STAMPS)/dev ## the faults of the suite, longer: races, kills, full disks, slow clients (RACE_SEED=1 RACE_STEPS=1000)
	RACE_STEPS=$${RACE_STEPS:-1000} BUSY_SECONDS=$${BUSY_SECONDS:-60} $(BIN)/python -m pytest -s tests/faults $(ARGS)

readme: $(STAMPS)/dev ## write the answers and tables of README and docs/ again, from seeded services
	$(BIN)/python -m tests.documents

screenshots: $(STAMPS)/dev ## write the README's pictures of the pages again, with the system's Chromium
	$(BIN)/python -m tests.web.screenshots

image: $(BIN)/python ## build the image quote-attribution-service with docker
	docker build --build-arg REVISION="$$(git rev-parse HEAD)" --build-arg VERSION=$(VERSION) \
		--tag quote-attribution-service --tag quote-attribution-service:$(VERSION) .

image-test: sbom ## build the image with docker, run it, and check what it does
	$(BIN)/python -m tests.image.check

sbom: $(STAMPS)/dev ## write build/sbom.cdx.json: each package in the image, its version and licence (CycloneDX)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python build/runtime
	@$(BIN)/uv pip install --quiet --python build/runtime --python-version $(IMAGE_PYTHON) --python-platform linux \
		--require-hashes --requirement requirements.lock
	@$(BIN)/uv pip uninstall --quiet --python build/runtime setuptools
	$(BIN)/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml \
		--output-file build/sbom.cdx.json build/runtime

audit: $(STAMPS)/dev ## look up known vulnerabilities of all packages that are locked
	$(BIN)/python -m tests.audit

lock: $(STAMPS)/dev ## write the lock files again (ARGS=--upgrade for the newest versions)
	$(LOCK) $(ARGS) --output-file requirements.lock
	$(LOCK) $(ARGS) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove what was installed and cached
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

install-dev: $(STAMPS)/dev ## the same, with what tests and lint need

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv

$(STAMPS)/runtime: requirements.lock pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL_PROJECT)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/runtime | $(BIN)/python
	$(INSTALL) --require-hashes --requirement requirements-dev.lock
	@mkdir -p $(STAMPS) && touch $@
