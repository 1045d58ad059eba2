# The two commands: `make run` and `make test`. `make check` is what CI runs.
# PORT=, DATA_DIR=, DATABASE_URL=, DEMO_PASSWORD= reach `make run`; TEST_DATABASE_URL= and ARGS= reach the tests.
PYTHON ?= python3
TEST_PROCESSES ?= 2
VENV := .venv/bin
READY := $(PYTHON) tools/bootstrap.py

.PHONY: run test check lock bench openapi web browser

run:  ## install what is missing, start PostgreSQL, migrate, load the demo company, serve
	@$(READY) run && exec $(VENV)/gonghai run

test:  ## promises, races and faults on a real PostgreSQL
	@$(READY) test
	$(VENV)/pytest -n $(TEST_PROCESSES) --ignore=tests/browser $(ARGS)

browser:  ## the main job in a real Chromium
	@$(READY) test
	$(VENV)/pytest -n $(TEST_PROCESSES) --dist loadfile tests/browser $(ARGS)

check:  ## all that CI asks
	@$(READY) tools
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/python tools/openapi.py --check
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory browser

bench:  ## every published figure; ARGS=--quick for a glance
	@$(READY) test
	@for bench in $$(grep -l __main__ bench/*.py); do echo "· $$bench" >&2; PYTHONPATH=. $(VENV)/python $$bench --json $(ARGS) || exit 1; done

openapi:  ## write web/openapi.json and the web client generated from it
	@$(READY) tools
	$(VENV)/python tools/openapi.py

web:  ## build the web app
	@$(READY) web

lock:  ## pin requirements/*.txt with hashes; ARGS=--upgrade for newer versions
	@$(READY) tools
	@command -v uv >/dev/null || test -x $(VENV)/uv || $(VENV)/python -m pip install --quiet uv
	@for lock in run test build; do \
	  echo "· requirements/$$lock.txt"; \
	  PATH="$$PWD/$(VENV):$$PATH" uv pip compile --quiet --generate-hashes --no-header --universal \
	    --python-version 3.11 requirements/$$lock.in -o requirements/$$lock.txt $(ARGS) || exit 1; \
	done
