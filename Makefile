# The commands of the project. `make help` lists them; each makes the environment if it is missing.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
export RASA_TELEMETRY_ENABLED := false
# TensorFlow comes with Rasa and is not used; without this it fills the screen with advice.
export TF_CPP_MIN_LOG_LEVEL := 3

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: set-up
set-up: ## Make the environment in .venv (the other commands do it when needed)
	@./scripts/set-up

.PHONY: run
run: set-up ## Start the bot with its web page; trains a model first if there is none that fits
	@$(BIN)/signpost run

.PHONY: train
train: set-up ## Train a model for the present data and configuration
	@$(BIN)/signpost train --force

.PHONY: test
test: set-up ## Run all the tests
	@./scripts/browser >/dev/null
	@./scripts/services
	@$(BIN)/signpost train
	@$(BIN)/python -m pytest

.PHONY: test-production
test-production: set-up ## Test the grown set-up alone: PostgreSQL, Redis, nginx, two of each part
	@./scripts/services
	@$(BIN)/signpost train
	@$(BIN)/python -m pytest -q tests/production tests/door/store tests/deploy

.PHONY: test-without-rasa
test-without-rasa: set-up ## Test door, crisis floor, register and privacy on a supported Python without Rasa
	@./scripts/services
	@./scripts/set-up-door
	@$(BIN)/signpost train
	@SIGNPOST_WEIGHTS="$$($(BIN)/python -c 'from signpost import settings, training; \
		print(training.weights_path(settings.load()))')" \
		.venv-door/bin/python -m pytest -q tests/crisis tests/register tests/privacy tests/door \
		tests/test_settings.py tests/test_endpoints.py

.PHONY: check
check: set-up ## Check code, types and the register
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/signpost check

.PHONY: evaluate
evaluate: set-up ## Score the evaluation sets of tests/evaluation and write reports/evaluation.html
	@$(BIN)/signpost train
	@$(BIN)/signpost evaluate

.PHONY: rasa-test
rasa-test: set-up ## Replay the story tests with Rasa's own tool
	@$(BIN)/signpost train
	@$(BIN)/signpost rasa-test

.PHONY: lock
lock: set-up ## Choose package versions anew for pyproject.toml, keeping those that still fit
	@uv=$$(command -v uv || echo .tools/uv/bin/uv); "$$uv" pip compile pyproject.toml --universal \
		--python-version 3.10 --extra rasa --extra dev --generate-hashes --no-emit-index-url \
		--no-header --quiet --output-file requirements.lock
	@./scripts/lock-door

.PHONY: clean
clean: ## Remove what the other commands made, but not the environment
	@rm -rf build models var reports .pytest_cache .ruff_cache .mypy_cache .hypothesis .rasa
	@find signpost actions tests -name __pycache__ -type d -prune -exec rm -rf {} +
