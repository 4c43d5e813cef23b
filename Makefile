# Two commands do all: `make demo` and `make test`. Both set up what they need in .venv.
.DEFAULT_GOAL := help
.PHONY: help demo test check format bench bench-masking instructions score soak clean compiler packages

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The peers have a place of their own: what they bring must not be among what the tests see.
BENCH := .benchmarks/venv
# And those of masking, of which one brings spaCy.
BENCH_MASKING := .benchmarks/venv-masking
# What an installation is made of, beside what is read where it lies.
BUILT := pyproject.toml tools/native.py $(wildcard logcorr/native/*.[ch])
# What is tested without the native core as well: all that this stands for.
IN_PYTHON := tests/doors tests/journal tests/propagation $(wildcard tests/test_context*.py tests/integrations/test_asgi*.py) \
	tests/test_detached.py tests/test_operation.py tests/test_tracing.py tests/test_tracing_sdk.py tests/integrations/test_fastapi.py
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## What there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## The main job on real traffic: web, worker, collector, one trace as a tree
	@$(BIN)/python integrations/toygres/demo.py

test: $(VENV)/.dev packages ## Every check and the whole test suite, on real servers
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest
	LOGCORR_NATIVE=false $(BIN)/pytest $(IN_PYTHON)

check: $(VENV)/.dev ## Style, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## Put the code into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(BENCH)/.done ## logcorr against its peers, in one run, a quarter of an hour: docs/performance.md
	$(BENCH)/bin/python benchmarks/bench.py

bench-masking: $(BENCH_MASKING)/.done ## What logcorr's masking finds and costs against others', in one run: docs/masking.md
	$(BENCH_MASKING)/bin/python benchmarks/bench_masking.py --unseen

instructions: $(BENCH)/.done ## Instructions a call against the baseline: fails where a door is 5 % dearer
	@sh tools/packages.sh valgrind
	$(BENCH)/bin/python benchmarks/instructions.py --check

score: $(VENV)/.dev ## How well masking keeps its promise, on the half of the corpus that it was not tuned on
	$(BIN)/python benchmarks/masking/score.py --unseen --whole

soak: $(VENV)/.dev packages ## Every fault at full strength, ten minutes, into docs/reliability.md; as root, for it mounts small disks
	$(BIN)/python benchmarks/soak.py --write

clean: ## Remove what was made
	rm -rf $(VENV) logcorr/native/_core.*.so .benchmarks .demo dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# Without one logcorr is installed all the same, in Python alone; what tests and measures it wants both.
compiler:
	@command -v gcc >/dev/null || sh tools/packages.sh gcc libc6-dev

packages:
	@sh tools/packages.sh redis-server rabbitmq-server logrotate

$(VENV)/bin/python:
	@sh tools/venv.sh $(PYTHON) $(VENV)

$(VENV)/.demo: $(BUILT) | $(VENV)/bin/python
	@echo "installing logcorr and what the demo needs into $(VENV)"
	@$(BIN)/pip install --quiet --editable '.[all]' 'uvicorn>=0.32' 'httpx>=0.27' 'celery[redis]'
	@touch $@

$(VENV)/.dev: $(BUILT) | compiler $(VENV)/bin/python
	@echo "installing logcorr and what the tests need into $(VENV)"
	@$(BIN)/pip install --quiet --editable '.[all]' --group dev
	@touch $@ $(VENV)/.demo

$(BENCH)/.done: $(BUILT) | compiler
	@echo "installing logcorr and its peers into $(BENCH)"
	@sh tools/venv.sh $(PYTHON) $(BENCH)
	@$(BENCH)/bin/pip install --quiet --editable '.[all]' --group bench
	@touch $@

$(BENCH_MASKING)/.done: $(BUILT) | compiler
	@echo "installing logcorr and other maskers into $(BENCH_MASKING)"
	@sh tools/venv.sh $(PYTHON) $(BENCH_MASKING)
	@$(BENCH_MASKING)/bin/pip install --quiet --editable '.[all]' --group bench-masking
	@touch $@
