# Only Python 3.11 or newer (with venv) and make are needed; everything else goes into .venv.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt

# A stamp is touched last, so that an interrupted set-up is taken up again by the next run.
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
INSTALLED_FUZZ := $(VENV)/.installed-fuzz

# Compiled again for every process, the tests would take half as long again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check check-long docs format bench bench-quick fault fuzz clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

demo: $(INSTALLED) ## Open the US-Niger history in the workspace; without a terminal, print where it stands
	@$(BIN)/communique demo

test: $(INSTALLED_DEV) ## Run the tests; ARGS="-k sofa" chooses
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(INSTALLED_DEV) ## Lint, check the format, the types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check-long: $(INSTALLED_DEV) ## Run the tests that take longer, and the properties with more examples (some minutes)
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "(long or hypothesis) and not fuzz" --hypothesis-profile=long $(ARGS)

docs: $(INSTALLED_DEV) ## Build the docs as a site, in build/site, and stop at whatever is wrong with them
	@$(BIN)/zensical build --strict --clean

format: $(INSTALLED_DEV) ## Format the code and mend what the linter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(INSTALLED_DEV) ## Measure us, raw SQLite and peers in one run (minutes)
	@$(BIN)/python -m benchmarks $(ARGS)

bench-quick: $(INSTALLED_DEV) ## The same with less load (under a minute)
	@$(BIN)/python -m benchmarks --quick $(ARGS)

fault: $(INSTALLED_DEV) ## Run the fault tests at full length
	@$(BIN)/python -m pytest -m fault --long $(ARGS)

fuzz: $(INSTALLED_FUZZ) ## Run the fuzz tests
	@$(BIN)/python -m pytest -m fuzz --hypothesis-profile=fuzz $(ARGS)

clean: ## Remove .venv and everything else that can be made again
	@rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "communique needs Python 3.11 or newer, and $(PYTHON) is not; name another one: make $(MAKECMDGOALS) PYTHON=python3.13" >&2; \
	  exit 1; }
	@echo "Setting up $(VENV), once …" >&2
	@test -e $(VENV)/.made && $(BIN)/python -c '' 2>/dev/null || { $(PYTHON) -m venv --clear $(VENV) && touch $(VENV)/.made; }
	@$(PIP_INSTALL) --editable .
# An editable package is not compiled when it is installed, and the first command should be as quick as the next.
	@$(BIN)/python -m compileall -q tracker projections tui
	@touch $@

$(INSTALLED_DEV): $(INSTALLED)
	@echo "Adding what the tests need, once …" >&2
	@$(PIP_INSTALL) --editable '.[dev]'
	@touch $@

$(INSTALLED_FUZZ): $(INSTALLED_DEV)
	@$(PIP_INSTALL) --editable '.[dev,fuzz]'
	@touch $@
