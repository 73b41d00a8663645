PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install test docs demo benchmark clean

install: $(STAMP)

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[test,docs,run,cluster]'
	touch $(STAMP)

test: $(STAMP)
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

docs: $(STAMP)
	$(BIN)/python -m cal_upgrade.rules.document docs
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet -b html docs build/site
	@echo "The documentation is in build/site/index.html"

demo: $(STAMP)
	$(BIN)/python demo/demo.py demo-output

benchmark: $(STAMP)
	$(BIN)/python benchmarks/convert.py
	$(BIN)/python benchmarks/archive.py

clean:
	rm -rf $(VENV) build dist demo-output
