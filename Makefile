# `make test` runs every check; continuous integration runs nothing else.
# Tests against Redis start Debian's redis-server and redis-sentinel by
# themselves; where these are not installed they are skipped, but fail in CI.
# .ci/prepare installs them.

GO ?= go

# The race detector needs cgo, and so a C compiler; `go env` says whether there
# is one. The program itself is always built without.
RACE := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race)

# How long `make fuzz` spends on each target.
FUZZTIME ?= 5s

.PHONY: help test format vet race build bench fuzz demo clean

help:
	@echo 'make test   所有检查：格式、go vet、staticcheck、静态编译、全部测试'
	@echo 'make build  编译出 ./fanzha 和 ./wxsim'
	@echo 'make demo   演示：在本机模拟企业微信，打开网页即可试用'
	@echo 'make bench  性能测试'
	@echo 'make fuzz   模糊测试，每项 $(FUZZTIME)'

# Everything is played in whole, without the race detector: it makes what is long
# many times slower. Then all is played again with it, what is long in part.
test: format vet race
	CGO_ENABLED=0 $(GO) build ./...
	$(GO) test -timeout=30m -run='^TestFaultCampaign$$' ./bot/push -campaign=10000
	$(GO) test -shuffle=on ./...
ifneq ($(RACE),)
	$(GO) test $(RACE) -short -shuffle=on ./...
endif

format:
	@unformatted=$$(gofmt -l .); \
	if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:"; echo "$$unformatted"; exit 1; fi

vet:
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# Without the race detector half of what the tests are for is left out.
race:
ifeq ($(RACE),)
ifdef CI
	@echo 'no C compiler, so no race detector: in CI nothing may be left out. See .ci/prepare.' >&2; exit 1
else
	@echo '****************************************************************' >&2
	@echo '* no C compiler: the tests run WITHOUT the race detector.      *' >&2
	@echo '* Install gcc, or run .ci/prepare as root, and run them again. *' >&2
	@echo '****************************************************************' >&2
endif
endif

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o ./ ./cmd/fanzha ./cmd/wxsim

bench:
	$(GO) test -run='^$$' -bench=. -benchmem ./...

# go test fuzzes one target of one package at a time. All are run, though one
# fails.
fuzz:
	@failed=; for dir in $$($(GO) list -f '{{.Dir}}' ./...); do \
		for name in $$(grep -hos '^func Fuzz[A-Za-z0-9_]*' $$dir/*_test.go | cut -c6-); do \
			echo "== $$name in $$dir"; \
			$(GO) test -run='^$$' -fuzz="^$$name\$$" -fuzztime=$(FUZZTIME) $$dir || failed="$$failed $$name"; \
		done; \
	done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed" >&2; exit 1; fi

demo:
	$(GO) run ./cmd/fanzha demo

clean:
	rm -f fanzha wxsim
