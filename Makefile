# Needs python3 with pip, and make; nothing else. `make help` lists what there is.
#   PYTHON=python3.12  another interpreter     PIP=1  install with pip where uv has no wheel
#   WORKERS=4          test processes          K=...  tests whose names match

PYTHON  ?= python3
WORKERS ?= 2
UV_PIN  := uv==0.13.9
UV      := .tools/bin/uv
PIP_INSTALL := install -q --disable-pip-version-check --root-user-action=ignore
BIN     := .venv/bin
AXE     := axe-core@4.14.1
GALLERY := training-grants state-productivity
SETTING  = $(shell $(PYTHON) -m pip config list 2>/dev/null | sed -n "s/^[^=]*\.$(1)='\(.*\)'$$/\1/p" | tail -n 1)

export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE ?= copy
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-network test test-spark check bench docs lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '  %-11s %s\n' "$$name" "$$text"; done

setup: .venv/.ready ## make .venv with the pinned packages and Industria itself

demo: .venv/.ready ## run the example studies that need no files from outside to their briefs
	@for study in $(GALLERY); do $(BIN)/industria run studies/$$study || exit 1; done

demo-network: .venv/.ready ## one pack, three stand-in sites, three sealed releases, one pool, one brief
	@$(BIN)/python studies/network-of-three/network.py

test: .venv/.ready .tools/.axe ## run the whole suite
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -p no:benchmark $(if $(K),-k "$(K)")

test-spark: .venv/.ready requirements-spark.lock ## run the measures on a local Spark session (builds pyspark; needs Java 17)
	@$(call install,requirements-spark.lock)
	@PYSPARK_PYTHON=$(CURDIR)/$(BIN)/python $(BIN)/python -m pytest -m spark -p no:benchmark

check: .venv/.ready ## lint, types, floors, the shape of the repository
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/repo-review .

bench: .venv/.ready ## sizes that people have, as ratios within one run (ARGS=ecosystems: those whose names match)
	@$(BIN)/python -m pytest benchmarks -p no:cacheprovider --benchmark-columns=min,median,rounds $(if $(ARGS),-k '$(ARGS)')

docs: .venv/.ready ## build the site into site/
	@$(BIN)/python scripts/reference.py
	@$(BIN)/zensical build --strict --clean

lock: $(UV) ## pin the newest versions that fit
	@$(call mirror) $(UV) lock -q --upgrade
	@$(UV) export -q --frozen --no-emit-project --no-header --all-extras --no-extra spark --all-groups -o requirements.lock
	@$(UV) export -q --frozen --no-emit-project --no-header --no-default-groups --extra spark -o requirements-spark.lock

clean: ## remove what was made, the environment too
	rm -rf .venv .tools site dist .benchmarks .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf studies/*/run studies/*/run.previous studies/*/run.new studies/*/.industria

# uv reads none of pip's settings. The index and the certificate are handed on;
# whatever else a pip.conf says (further indexes, folders of wheels, trusted
# hosts) is pip's own to honor, and pip steps in where uv cannot finish.
define mirror
index='$(or $(UV_DEFAULT_INDEX),$(PIP_INDEX_URL),$(call SETTING,index-url))'; cert='$(or $(SSL_CERT_FILE),$(PIP_CERT),$(call SETTING,cert))'; \
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi; \
	if [ -n "$$cert" ]; then export SSL_CERT_FILE="$$cert" NODE_EXTRA_CA_CERTS="$${NODE_EXTRA_CA_CERTS:-$$cert}"; fi;
endef

define install
$(if $(PIP),,$(call mirror) $(UV) pip install -q --python $(BIN)/python --require-hashes -r $(1) || { echo "uv could not install; pip takes over" >&2; false; } || )\
	$(PYTHON) -m pip --python $(BIN)/python $(PIP_INSTALL) --require-hashes -r $(1)
endef

.venv/.ready: requirements.lock pyproject.toml $(if $(PIP),,$(UV))
ifdef PIP
	@$(PYTHON) -m pip $(PIP_INSTALL) --upgrade --target .tools virtualenv
	@PYTHONPATH=.tools $(PYTHON) -m virtualenv -q --clear --no-pip .venv
else
	@$(UV) venv -q --clear --python $(PYTHON) .venv
endif
	@$(call install,requirements.lock)
	@$(PYTHON) -m pip --python $(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(UV):
	@$(PYTHON) -m pip $(PIP_INSTALL) --upgrade --target .tools $(UV_PIN)

# Checks the brief for readers who cannot see it. Without npm those tests are skipped and say so.
.tools/.axe:
	@mkdir -p .tools
	@if ! command -v npm >/dev/null 2>&1; then echo "npm is not there; tests with axe-core are skipped" >&2; \
	else $(call mirror) npm install --silent --no-audit --no-fund --no-save --prefix .tools $(AXE) >/dev/null 2>&1 && touch $@ || \
		echo "axe-core could not be had; its tests are skipped" >&2; fi
