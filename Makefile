# Two commands start everything: `make demo` and `make test`. `make help` lists the rest.
# The system's own Python first: distributions build theirs by profile, and one that a version manager compiled here
# takes half as long again for the same work. PYTHON= chooses another.
PYTHON ?= $(shell for one in /usr/bin/python3 python3; do \
  $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$one; exit; }; done; echo python3)
PORT ?= 8000
DATA ?= $(CURDIR)/var
export PORT
export TINHSO_DATA := $(abspath $(DATA))
# The clock of "from the command to the first page" starts here.
export TINHSO_BEGAN := $(shell date +%s.%N)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo run test check bench docs clean lock install install-dev

help: ## what can be done here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1|/' | \
	  while IFS='|' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done
	@printf '\n  PORT=%s  DATA=%s  DATABASE_URL=%s\n' "$(PORT)" "$(TINHSO_DATA)" "$${DATABASE_URL:-(own PostgreSQL)}"

install:
	@$(PYTHON) requirements/bootstrap.py run

install-dev:
	@$(PYTHON) requirements/bootstrap.py dev

demo: install ## install, start PostgreSQL, load the province, play some weeks, serve on PORT
	@exec $(BIN)/tinhso demo

run: install ## serve what is already there, without playing demo work
	@exec $(BIN)/tinhso demo --no-play

test: install-dev ## all tests, on its own PostgreSQL; ARGS="-k word" narrows; SERVER=pip asks the pip-installed one
	@TINHSO_TEST_SERVER="$(SERVER)" exec $(BIN)/python -m tinhso.faces.cli.testing $(ARGS)

check: install-dev ## lint, format, types, layers, migrations, templates, locks
	@exec $(BIN)/python -m tinhso.faces.cli.checking

bench: install ## print the speed figures beside their budgets
	@exec $(BIN)/tinhso bench foundation

docs: install-dev ## check that the pages' links and commands hold
	@exec $(BIN)/python -m tinhso.faces.cli.checking docs

lock: install-dev ## renew the locks from requirements/*.in
	@exec $(BIN)/python -m tinhso.faces.cli.checking lock

clean: ## forget the demo: its data, the environment, everything made here
	@if [ -x $(BIN)/tinhso ]; then $(BIN)/tinhso forget; else rm -rf "$(TINHSO_DATA)"; fi
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis .pytest_cache
	@rm -rf node_modules tinhso/foundation/ui/static/vendor
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find tinhso -name '*.mo' -delete
