# Two commands for a newcomer: `make demo` shows the product, `make test` proves it. Both need only Python 3.11 and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
RUN_LOCK := $(VENV)/.run-lock
DEV_LOCK := $(VENV)/.dev-lock

.PHONY: help demo test coverage check proof venv dev docs lock clean system java postgres chromium

help:
	@echo "make demo   make a town, check, train, rank, and show the list (needs Python 3.11)"
	@echo "make test   create the same environment with what tests need, and run every test"
	@echo "make check  formatting, lint, types, layers: what CI runs before the tests"
	@echo "make proof  the long measurements that docs/ states (hours)"

# LightGBM's wheel needs the system's OpenMP library; Python cannot bring it along.
system:
	@$(PYTHON) -c "import ctypes.util, sys; sys.exit(not ctypes.util.find_library('gomp'))" 2>/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing libgomp1 (LightGBM needs it)"; apt-get update -qq && apt-get install -y -qq libgomp1 >/dev/null; \
	else echo "LightGBM needs the system library libgomp1. Ask an administrator for: apt-get install libgomp1"; exit 1; fi

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || \
	{ echo "Python 3.11 or newer is needed. Name one: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN_LOCK): requirements.lock pyproject.toml | $(BIN)/python system
	@echo "Installing the locked packages (once; takes some minutes)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

venv: $(RUN_LOCK)

# The Spark engine is proven against the embedded one on a real local Spark.
java:
	@command -v java >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Java 17 (the Spark test needs it)"; \
		apt-get update -qq && apt-get install -y -qq openjdk-17-jre-headless >/dev/null; \
	else echo "The Spark test needs Java 17. Ask an administrator for: apt-get install openjdk-17-jre-headless"; exit 1; fi

# The database and its audit log are proven on a real PostgreSQL; the tests start one of their own.
postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing PostgreSQL (the database tests need it)"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; \
	else echo "The database tests need PostgreSQL. Ask an administrator for: apt-get install postgresql"; exit 1; fi

# The pages are proven in a real browser.
chromium:
	@command -v chromium >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium (the browser tests need it)"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else echo "The browser tests need Chromium. Ask an administrator for: apt-get install chromium"; exit 1; fi

$(DEV_LOCK): requirements-dev.lock $(RUN_LOCK) | java postgres chromium
	@echo "Installing what the tests need"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

dev: $(DEV_LOCK)

demo: venv
	@$(BIN)/adressekontrol demo

# xdist would begin with the modules of most tests; tests/order.py knows those that take longest.
test: dev check
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder

# Tracing every line slows the tests down, and no limit hangs on it.
coverage: dev
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder --cov --cov-report=term

check: dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

proof: dev
	$(BIN)/python -m benchmarks.town
	$(BIN)/python -m benchmarks.town --persons 40000 --cases 2400 --forms additive interactions thresholds smooth mixed
	$(BIN)/python -m benchmarks.town --persons 15000 --cases 2000 --seeds 1 2 3 4 5 6 7 8 9 10 11 12
	$(BIN)/python -m benchmarks.ranking
	$(BIN)/python -m benchmarks.ranking --persons 325000 --cases 27000 --seeds 1 --forms mixed
	$(BIN)/python -m benchmarks.calibration
	$(BIN)/python -m benchmarks.ablation
	$(BIN)/python -m benchmarks.night --persons 65000 650000
	$(BIN)/python -m benchmarks.audit
	$(BIN)/python -m benchmarks.explanations
	$(BIN)/python -m benchmarks.fairness
	$(BIN)/python -m benchmarks.biased_history
	$(BIN)/adressekontrol impact coverage --cohorts 400 --seed 501
	$(BIN)/adressekontrol impact power
	$(BIN)/adressekontrol simulate --quarters 20 --worlds 10 --seed 4177
	$(BIN)/adressekontrol simulate --quarters 20 --worlds 2 --seed 901 --arm 0.05 --arm 0.10 --redraws 400

docs: dev
	$(BIN)/python -m service.pages docs

# The whole set first: an oracle of the tests pins a library that the product needs too.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --all-extras -o requirements-dev.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -c requirements-dev.lock -o requirements.lock pyproject.toml --extra build --extra postgres --extra otel

clean:
	rm -rf $(VENV) .local build dist
