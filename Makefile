# Everything here runs in the sandbox: a pretend Azure on this machine. Real Azure is `pulumi up` on a stack of your own.
PYTHON := .venv/bin/python
SHELL_SCRIPTS = labs sandbox/arm sandbox/labs sandbox/preview sandbox/pulumi sandbox/rehearse sandbox/up sandbox/engine/host/dynamic-resources \
	.ci/run tools/debian tools/environment $(filter-out %/actionlint,$(wildcard tools/pipeline/*))
CHECKS := secrets types pack-types format lint layers scripts workflows

.DEFAULT_GOAL := help
.PHONY: help environment engine up preview test unit check $(CHECKS) audit bench fuzz mutation lock generated pictures screenshot recorded rehearse upgrade destroy clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

environment: ## Make .venv current
	@tools/environment

engine: environment ## Get the Pulumi engine, building it if need be
	@$(PYTHON) -m sandbox.engine --prepare

up: ## Deploy the dev stack in the sandbox; VERBOSE=1 shows more
	@sandbox/up dev

preview: ## Show what `make up` would change; STACK=prod: another stack
	@sandbox/preview "$${STACK:-dev}"

test: engine ## Run all tests
	@$(PYTHON) -m sandbox.engine --prepare yaml
	@$(PYTHON) -m pytest -n 2 --dist worksteal -q

unit: environment ## Run the tests that start no process, for the time between
	@$(PYTHON) -m pytest -p tests.support.unit -n 2 --dist worksteal -q $(filter-out tests/browser/ tests/engine/,$(wildcard tests/[a-z]*/))

# Two at a time, each with its output in one piece where make can (4.0); one that fails stops no other.
check: engine ## Format, lint, types, layers, scripts, workflows, secrets
	@$(MAKE) --no-print-directory -k -j 2 $(if $(filter output-sync,$(.FEATURES)),-O) $(CHECKS)

secrets:
	@tools/pipeline/find-secrets

types:
	@$(PYTHON) -m mypy .

pack-types:
	@cd policies && ../$(PYTHON) -m mypy --strict --python-executable .venv/bin/python -p lab_image_policies

format:
	@$(PYTHON) -m ruff format --check .

lint:
	@$(PYTHON) -m ruff check .

layers:
	@PYTHONPATH=policies .venv/bin/lint-imports --no-cache

scripts:
	@.venv/bin/shellcheck $(SHELL_SCRIPTS)

workflows:
	@tools/pipeline/lint-workflows

audit: environment ## Look pinned packages up among known vulnerabilities (online)
	@$(PYTHON) -m pip install -q --upgrade --target .sandbox/audit pip-audit==2.10.1
	@PYTHONPATH=.sandbox/audit $(PYTHON) -m tools.audit requirements-dev.txt policies/requirements.txt tests/browser/requirements.txt

bench: engine ## Measure the program against its budgets
	@$(PYTHON) -m tools.bench

fuzz: environment ## Fuzz text readers and policies, FUZZ_SECONDS (60) each
	@$(PYTHON) -m tools.fuzz
	@$(PYTHON) -m tests.policies.attacks.generator

lock: environment ## Compile the pinned requirements from the .in files (online)
	@$(PYTHON) -m pip install -q --upgrade --target .sandbox/uv uv==0.13.9
	@for name in requirements requirements-dev policies/requirements tests/browser/requirements; do \
		.sandbox/uv/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 \
			--custom-compile-command "make lock" $$name.in -o $$name.txt || exit 1; done

generated: engine pictures ## Write schemas, reference pages, tables, pictures, goldens
	@$(PYTHON) -m catalog.images.json_schema
	@$(PYTHON) -m tools.reference
	@$(PYTHON) -m sandbox.replay.page
	@policies/.venv/bin/python policies/generate.py
	@$(PYTHON) -m tests.components.golden
	@$(PYTHON) -m tests.cli.offers.golden
	@$(PYTHON) -m tests.cli.overview.golden

pictures: environment ## Write the pictures in docs from what the commands print
	@$(PYTHON) -m tools.pictures

screenshot: environment ## Write the README's picture of the overview (needs Chromium)
	@$(PYTHON) -m tests.browser.screenshot

recorded: engine ## Play the runs that reports are tested with, write them anew
	@$(PYTHON) -m tests.cli.report.golden

mutation: engine ## Change each rule, count what the tests notice (an hour)
	@$(PYTHON) -m venv .sandbox/mutation && .sandbox/mutation/bin/pip install -q cosmic-ray==8.7.0
	@PATH=.sandbox/mutation/bin:$$PATH; for area in policies plan; do \
		config=tests/$$area/cosmic-ray.toml mutants=.sandbox/mutants-$$area.sqlite; \
		rm -f $$mutants && cosmic-ray init $$config $$mutants && cr-filter-operators $$mutants $$config && \
		cosmic-ray exec $$config $$mutants || exit 1; \
		echo "$$area survived: $$(cr-rate $$mutants) %"; done

rehearse: ## Play a change from pull request to deployment and drift
	@sandbox/rehearse

upgrade: ## Take a newer release into this copy: TO=v1.2.3 [FROM=REMOTE]
	@./labs upgrade --to "$${TO:-}" $${FROM:+--from "$$FROM"}

destroy: ## Delete the dev stack in the sandbox
	@sandbox/pulumi destroy --stack dev --yes

clean: ## Remove .venv and the sandbox's state; the engine stays
	@rm -rf .sandbox .venv
