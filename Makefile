# `make` lists the targets.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
ifndef TRACE
TRACE := traces/demo-$(shell date +%Y%m%d-%H%M%S)
endif
TASK ?= book a room in Lisbon for Ana Silva, 2 guests, $(shell $(PYTHON) -c "import datetime as d; t = d.date.today() + d.timedelta(20); e = t + d.timedelta(4); print(f'{t.day} {t:%B %Y} to {e.day} {e:%B %Y}')")

ENGINE ?= .venv-engine

.PHONY: help setup demo test test-engine lint types imports docs lock dist bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv with everything in it, and find or install a browser

$(STAMP): requirements.lock pyproject.toml scripts/setup
	PYTHON=$(PYTHON) scripts/setup $(VENV)
	@touch $@

demo: setup ## book a room in the bundled hotel with the embedded reader, and show the trace
	$(BIN)/agent run --env web $(if $(HEADED),--headed) --trace-dir $(TRACE) "$(TASK)"
	@echo "Look at every step:" && $(BIN)/agent view $(TRACE)

test: setup lint types imports docs ## check style, types, import directions, generated docs, and run the tests
	scripts/test-packages $(BIN)/python
	$(BIN)/python -m pytest -n 3 --dist worksteal

test-engine: setup ## run the tests against transformers serve, in a venv of its own (ENGINE=…), on the CPU
	test -x $(ENGINE)/bin/transformers || \
		{ $(PYTHON) -m venv $(ENGINE) && $(ENGINE)/bin/pip install -q torch torchvision "transformers[serving]>=5.20"; }
	HANDEYE_ENGINE=$(abspath $(ENGINE))/bin/python $(BIN)/python -m pytest tests/engine -m engine

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

docs: setup ## make the generated pages of docs/ anew, or with CI=true only check that they are current
	$(BIN)/python scripts/docs.py $(if $(CI),--check)

lock: setup ## resolve the dependencies anew into requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --group dev --all-extras --generate-hashes --no-header -q -o requirements.lock pyproject.toml

dist: setup ## build the wheel and the source archive into dist/
	$(BIN)/hatchling build

bench: setup ## measure the overhead of a step against a bare Playwright loop
	$(BIN)/agent bench overhead

clean: ## remove everything that was made here
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
