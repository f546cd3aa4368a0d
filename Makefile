# What there is to do here; `make` alone lists it.

GO       ?= go
# Pinned, so that a new version's findings arrive in a commit of their own.
GOLANGCI ?= $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
# What is tested is what was built from this very tree.
export TOMLEDGER_BINARY := $(CURDIR)/bin/tomledger

.PHONY: help demo build test test-setup test-go test-typescript test-dart bench generate lint

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 20

demo: ## watch four processes work on one operation (ARGS=--abort: and abort it)
	@$(GO) run ./cmd/tomledger demo $(ARGS)

build: ## build bin/tomledger
	$(GO) build -o bin/tomledger ./cmd/tomledger

test: test-go test-typescript test-dart ## run all tests; installs what they need first

test-setup: build
	.ci/setup

test-go: test-setup ## run the Go tests, with the race detector
	$(GO) test -race ./... ./.ci/bench

test-typescript: test-setup ## run the tests of the TypeScript binding
	cd bindings/typescript && npm test

test-dart: test-setup ## run the tests of the Dart binding
	bindings/dart/tool/test.sh

bench: ## run the benchmarks and tabulate them (ARGS='-count 1 ./ledger')
	$(GO) run ./.ci/bench $(ARGS)

generate: ## write what is generated from package rpc
	$(GO) generate ./...

lint: ## vet and lint the Go code
	$(GO) vet ./... ./.ci/bench
	$(GOLANGCI) run ./... ./.ci/bench
