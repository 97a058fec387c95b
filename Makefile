# Trilogue. `make demo` runs everything; `make test` tests everything.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .make
DATA := $(or $(TRILOGUE_DATA_DIR),trilogue-data)

.PHONY: demo test screenshots lint format models clean
.DELETE_ON_ERROR:

# torch comes first and by itself: its pinned CPU build satisfies what needs it later.
$(STAMPS)/run: pyproject.toml constraints.txt
	@mkdir -p $(STAMPS)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install -qq --constraint constraints.txt --editable .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/run
	$(BIN)/pip install -qq --constraint constraints.txt --editable ".[dev]"
	@touch $@

models: $(STAMPS)/run
	$(BIN)/trilogue models pull

# Only when a sample changed: the job itself would find nothing to do, but not in no time.
$(DATA)/samples.stamp: $(wildcard samples/*) | models
	$(BIN)/trilogue ingest samples
	@mkdir -p $(DATA) && touch $@

demo: models $(DATA)/samples.stamp
	@$(BIN)/python tools/demo.py

# Two processes, each with models of its own: most tests wait for something. Files stay whole,
# since what they share is dear.
test: $(STAMPS)/dev models
	$(BIN)/pytest --numprocesses=2 --dist=loadfile

# While `make demo` runs.
screenshots: $(STAMPS)/dev
	$(BIN)/python tools/screenshots.py

lint: $(STAMPS)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/bandit -q -r assistant ingest ui evals -c pyproject.toml

format: $(STAMPS)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) $(STAMPS) trilogue-data
