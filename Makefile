# Everything a person or a machine does with this repository. `make` alone lists it.

export CLIPPY_CONF_DIR := $(CURDIR)/.ci

PORT ?= 7700
TARGET ?= parser
FOR ?= 600
HOME_FOLDER ?= target/home

.DEFAULT_GOAL := help
.PHONY: help run test check bench slow fuzz guests setup

help: ## list what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

run: guests ## build everything and start the daemon with a demo on 127.0.0.1, PORT=7700
	cargo run -- serve --demo --home $(HOME_FOLDER) --port $(PORT)

test: setup guests ## install what the tests need and run them all
	.ci/test-guests
	cargo test --workspace --no-fail-fast

check: ## format, lints and the rules of the house
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo test --test tidy

bench: guests ## measure the hot paths
	cargo bench

slow: setup guests ## the tests that take minutes
	cargo test --test slow

fuzz: ## feed random texts to TARGET=cron, lexer, parser or embedding, FOR=600 seconds
	cargo +nightly fuzz run --fuzz-dir tests/fuzz -s none --features $(if $(filter embedding,$(TARGET)),embedding,default) \
		$(TARGET) -- -max_total_time=$(FOR) -timeout=10 -rss_limit_mb=1024 -max_len=2000

guests: ## build the sample functions to WebAssembly
	.ci/build-guests

setup: ## install what is missing for the tests (database servers, Python, guest toolchain)
	.ci/setup
