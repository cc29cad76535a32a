# make review   set everything up and review the example handbook
# make test     set everything up and run tests, types, lint and the layer contract
# make fix      format the code
# make docs     build the documentation site into site/
# make eval     measure recognition on labelled pages in $(LABELLED), and write it into docs/accuracy.md
PYTHON ?= python3
VENV ?= .venv
LABELLED ?= ../shared
BIN = $(VENV)/bin

.PHONY: review test fix docs benchmark eval clean

review: $(VENV)/ready
	@$(BIN)/ld-review examples/handbook || [ $$? -eq 1 ]

test: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto

fix: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/ready
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

benchmark: $(VENV)/ready
	$(BIN)/python benchmarks/run.py

eval: $(VENV)/ready
	$(BIN)/python benchmarks/accuracy.py $(LABELLED) --write docs/accuracy.md

$(VENV)/ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("ld-review needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist site
