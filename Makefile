# make run: the demo station, served. make test: everything. Each target shows what it does.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
HOST ?= 127.0.0.1
DEMO := $(CURDIR)/demo-data
FLASK := $(BIN)/flask --app app
TESTS ?= tests
SIZES ?= 1000 1000000
REQUESTS ?= 200
DB ?= sqlite

.PHONY: run test lint torture bench

# pip serves a virtual environment from outside: nothing but Python 3.11 and pip is needed
$(VENV)/.app: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv --without-pip $(VENV)
	$(PYTHON) -m pip --python $(BIN)/python install --disable-pip-version-check -q -r requirements.txt
	touch $@

$(VENV)/.dev: $(VENV)/.app requirements-dev.txt
	$(PYTHON) -m pip --python $(BIN)/python install --disable-pip-version-check -q -r requirements-dev.txt
	touch $@

run: export HUIYIN_DATA_DIR = $(DEMO)
run: export HUIYIN_SQLALCHEMY_DATABASE_URI = sqlite:///$(DEMO)/huiyin.db
run: $(VENV)/.app
	mkdir -p -m 700 $(DEMO)
	$(FLASK) db upgrade
	@echo; echo "  The demo station: invented people, invented figures."; echo
	@$(FLASK) demo
	@echo; echo "  http://$(HOST):$(PORT)/   (end with Ctrl-C)"; echo
	@$(FLASK) worker & worker=$$!; trap 'kill $$worker 2>/dev/null' EXIT; \
	HOST=$(HOST) PORT=$(PORT) $(BIN)/gunicorn

test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev
	sh tests/browser/chromium.sh
	$(BIN)/python -m pytest $(TESTS) -m "not torture" -n 2 --dist worksteal

torture: $(VENV)/.dev
	$(BIN)/python -m pytest $(TESTS) -m torture

bench: $(VENV)/.dev
	@SIZES="$(SIZES)" REQUESTS="$(REQUESTS)" DB="$(DB)" $(BIN)/python -m tests.bench

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
