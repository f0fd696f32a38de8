# Every habit of the project. `make help` lists them; `make run` and `make test` are the two commands.
# Needs Python >= 3.11 and make; everything else comes from the package registries.

PYTHON ?= python3
SCALE ?= demo
PORT ?= 8000
SECONDS ?= 300
VAR ?= var
VENV := .venv
PY := $(VENV)/bin/python
STAMPS := $(VENV)/.stamps
NPM := PATH="$(CURDIR)/$(VENV)/node/bin:$$PATH" npm
SCRATCH := $(PY) -m onevisit.project.launcher.scratch
PYTEST := $(PY) -m pytest
FIELD_SOURCES := $(shell find field -type f -not -path '*/node_modules/*' 2>/dev/null)
ASSETS_SOURCES := $(wildcard assets/*.json assets/*.mjs assets/.npmrc onevisit/web/ui/icons.json)

export PORT VAR
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export DJANGO_SETTINGS_MODULE := onevisit.project.settings

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

##@ Run
.PHONY: run setup data reset
run: $(STAMPS)/run $(STAMPS)/assets $(STAMPS)/field  ## start everything with the demo city: PORT=8000 VAR=var ONEVISIT_WITNESSES=2
	@ONEVISIT_DEMO=1 exec $(PY) -m onevisit up

setup: $(STAMPS)/run $(STAMPS)/assets $(STAMPS)/field $(STAMPS)/test browser  ## install what run and test need, start nothing

data: $(STAMPS)/run  ## load the data of a scale into this copy: SCALE=demo (3,000 targets) or city (500,000)
	@ONEVISIT_DEMO=1 $(PY) -m onevisit manage load_scale $(SCALE)

reset: $(STAMPS)/run  ## wipe the data folder: database, files, keys, logs
	@$(PY) -m onevisit reset --yes

##@ Test
.PHONY: test test-python test-field test-journeys requirements browser
test: setup  ## run all tests: core, database, web, field app, browser journeys
	@PY=$(PY) NODE_BIN=$(CURDIR)/$(VENV)/node/bin sh scripts/test.sh

test-python: $(STAMPS)/test $(STAMPS)/assets  ## only the tests in Python, without the journeys: ARGS="-k offer"
	@$(SCRATCH) $(PYTEST) -n 2 --dist loadgroup -m "not journey" $(ARGS)

test-field: $(STAMPS)/field  ## only the field app's tests
	@cd field && $(NPM) test

test-journeys: setup  ## only the journeys in a real browser
	@$(SCRATCH) $(PYTEST) -m journey $(ARGS)

requirements: setup  ## run the tests that carry a requirement and print the table R1-R155
	@$(SCRATCH) $(PYTEST) -n 2 --dist loadgroup -m requirement -q --no-header -p tests.requirement_table $(ARGS)

browser:
	@sh scripts/browser.sh

##@ Check
.PHONY: check format lock reference
check: $(STAMPS)/test $(STAMPS)/field  ## format, lint, types, import contracts, migrations, field types, docs
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy onevisit
	$(VENV)/bin/lint-imports --no-logo
	$(SCRATCH) $(PY) manage.py makemigrations --check --dry-run
	cd field && $(NPM) run check
	$(VENV)/bin/mkdocs build --strict --quiet --site-dir var/site

format: $(STAMPS)/test  ## put all Python files into the house's shape
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

lock: $(STAMPS)/test  ## compile requirements/*.txt again, with hashes and without hosts
	sh scripts/lock.sh

##@ Docs
.PHONY: docs reference screenshots
docs: $(STAMPS)/test  ## build the documentation into site/
	$(VENV)/bin/mkdocs build --strict

reference: $(STAMPS)/test  ## write the reference pages that are read off the code
	@$(SCRATCH) $(PY) manage.py write_reference

screenshots: setup  ## play the path in Chromium and write the pictures of README and manual
	@$(SCRATCH) $(PYTEST) -m journey --screenshots=docs/manual/pictures

##@ Measure
.PHONY: bench bench-pages bench-ledger bench-memory bench-start bench-draw bench-draw-quick fuzz-draw oracle
bench: bench-ledger bench-memory bench-pages bench-start  ## all measurements below

bench-pages: setup  ## page times at demo size
	@$(PY) -m benchmarks.pages

bench-ledger: $(STAMPS)/test  ## ledger appends a second next to plain inserts
	@$(SCRATCH) $(PY) -m benchmarks.ledger_appends --out $(VAR)/bench/ledger.json

bench-draw: $(STAMPS)/bench  ## the draw beside its peers, 10^4 to 10^7 targets, some ten minutes: ARGS="--only selection"
	@$(SCRATCH) $(PY) -m benchmarks.draw $(ARGS)

bench-draw-quick: ARGS = --sizes 10000 100000 1000000
bench-draw-quick: bench-draw  ## the same up to 10^6 targets, about a minute

oracle: $(STAMPS)/test  ## 10,000 random officer assignments against a brute-force oracle
	@ORACLE_INSTANCES=10000 $(SCRATCH) $(PYTEST) -n 2 -q tests/core/draw/test_officers.py

fuzz-draw: $(STAMPS)/bench  ## every parser of a stranger's file, SECONDS=300 in all
	@$(PY) -m benchmarks.fuzz_draw --seconds $(SECONDS)

bench-memory: setup  ## memory of the whole idle stack
	@$(PY) -m benchmarks.memory

bench-start: setup  ## first start, second start and stop of the demo city
	@$(PY) -m benchmarks.start

##@ Release
.PHONY: dist clean
dist: $(STAMPS)/run $(STAMPS)/assets $(STAMPS)/field  ## build two wheels: the product with its field app, and onevisit-verify
	@rm -rf build dist
	@git rev-parse HEAD > onevisit/commit.txt || true
	@$(PY) -m build --wheel --no-isolation --outdir dist .; built=$$?; rm -f onevisit/commit.txt; exit $$built
	@$(PY) scripts/verify_wheel.py dist
	@rm -rf build

clean:  ## remove what was built, keep the data
	rm -rf build dist site $(STAMPS) onevisit/web/ui/static/vendor onevisit/web/field/static/field/app

##@ Help
.PHONY: help
help:  ## this list
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*##/ {printf "  make %-18s%s\n", $$1, $$2}' Makefile

# What the rest stands on; a stamp is newer than what it was made from.
$(STAMPS)/python:
	@PYTHON=$(PYTHON) VENV=$(VENV) sh scripts/venv.sh
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: $(STAMPS)/python requirements/run.txt requirements/build.txt scripts/node.sh scripts/command.sh
	@echo "installing the Python packages"
	@$(PY) -m pip install --quiet --require-hashes -r requirements/run.txt -r requirements/build.txt
	@PY=$(PY) TARGET=$(VENV)/node/bin sh scripts/node.sh
	@PY=$(PY) TARGET=$(VENV)/bin sh scripts/command.sh
	@touch $@

$(STAMPS)/test: $(STAMPS)/run requirements/test.txt
	@echo "installing the packages for tests"
	@$(PY) -m pip install --quiet --require-hashes -r requirements/test.txt
	@touch $@

$(STAMPS)/bench: $(STAMPS)/test requirements/bench.txt
	@echo "installing the peers of the measurements"
	@$(PY) -m pip install --quiet --require-hashes -r requirements/bench.txt
	@touch $@

$(STAMPS)/assets-modules: assets/package-lock.json | $(STAMPS)/run
	@echo "installing the desk's assets"
	@cd assets && $(NPM) ci --silent
	@touch $@

$(STAMPS)/assets: $(STAMPS)/assets-modules $(ASSETS_SOURCES)
	@cd assets && $(NPM) run --silent build
	@touch $@

$(STAMPS)/field-modules: field/package-lock.json | $(STAMPS)/run
	@echo "installing the field app's packages"
	@cd field && $(NPM) ci --silent
	@touch $@

$(STAMPS)/field: $(STAMPS)/field-modules $(FIELD_SOURCES)
	@echo "building the field app"
	@cd field && $(NPM) run --silent build -- --logLevel warn
	@touch $@
