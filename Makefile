# `make solve` and `make test` are all that a new user needs; `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
# Python 3.11 first: constraints.txt was resolved on it.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; \
  done)
PIP := $(BIN)/python -m pip --disable-pip-version-check

export SAMPLE ?= Let a be the greatest common divisor of 84 and 36. Let b be the remainder when 2^a is divided by 11. Let c be the 5th term of the arithmetic sequence with first term 3 and common difference b. Find c.

##@ Use
solve: $(VENV)/.solve ## solve a sample problem with the model that ships (SAMPLE="..." for another)
	@$(BIN)/loom solve "$$SAMPLE"

##@ Check
test: lint ## lint, types and tests
	$(BIN)/pytest

test-all: lint $(VENV)/.servers ## as test, with the slow tests too (builds llama.cpp: needs a C++ compiler)
	$(BIN)/pytest -m "not network"

lint: $(VENV)/.dev ## ruff (lint and format) and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

##@ Maintain
format: $(VENV)/.dev ## sort imports, mend what ruff can mend, format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

pin: $(VENV)/.servers ## write what the environment holds to constraints.txt
	scripts/pin.sh $(BIN)/python > constraints.txt.new
	mv constraints.txt.new constraints.txt

clean: ## remove caches and builds; the environment stays
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { print "\n" substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Some distributions ship venv without ensurepip: the pip at hand then fills the environment.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer was found: install one, or name it: make PYTHON=/path/to/python" >&2; exit 1; }
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); \
	else $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install pip; fi

# A stamp is newer than both files exactly while the environment holds what they ask for.
$(VENV)/.solve: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install -c constraints.txt -e ".[local]"
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install -c constraints.txt -e ".[local,dev,train]"
	@touch $@ $(VENV)/.solve

$(VENV)/.servers: $(VENV)/.dev
	$(PIP) install -c constraints.txt -e ".[local,dev,train,servers,gym,data,inspect]"
	@touch $@

.PHONY: solve test test-all lint format pin clean help
