# The front door: short names for the commands that CI and people type.
# What is compiled is found by wildcard here and listed by name in the rockspec; spec/repo holds the two together.

LUA     ?= lua5.4
ifeq ($(origin CC),default)
CC      := gcc
endif
CFLAGS  ?= -O2 -g
SPEC    ?=
SECONDS ?= 60
SHELL   := /bin/bash
MAKEFLAGS += --no-print-directory

TOOLS   := spec/tools
BUILD   := build/$(LUA)
C_BUILD := build/c
ALL_LUA := lua5.4 lua5.1 luajit
EVERY_LUA := $(shell command -v lua5.5 >/dev/null && echo lua5.5) lua5.4 lua5.3 lua5.2 lua5.1 luajit

# First folder that exists: Debian, Fedora, Alpine, Homebrew; LUA_INCDIR=… overrides.
incdirs_lua5.5 := /usr/include/lua5.5 /opt/homebrew/include/lua5.5 /usr/local/include/lua5.5
incdirs_lua5.4 := /usr/include/lua5.4 /usr/include /opt/homebrew/include/lua5.4 /opt/homebrew/include/lua /usr/local/include/lua
incdirs_lua5.3 := /usr/include/lua5.3 /usr/include/lua-5.3 /opt/homebrew/include/lua5.3 /usr/local/include/lua5.3
incdirs_lua5.2 := /usr/include/lua5.2 /usr/include/lua-5.2 /opt/homebrew/include/lua5.2 /usr/local/include/lua5.2
incdirs_lua5.1 := /usr/include/lua5.1 /usr/include/lua-5.1 /opt/homebrew/include/lua5.1 /usr/local/include/lua5.1
incdirs_luajit := /usr/include/luajit-2.1 /opt/homebrew/include/luajit-2.1 /usr/local/include/luajit-2.1
incdir = $(patsubst %/lua.h,%,$(firstword $(wildcard $(addsuffix /lua.h,$(incdirs_$(1))))))
LUA_INCDIR ?= $(call incdir,$(LUA))

WARN := -pedantic -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wcast-qual \
        -Wpointer-arith -Wformat=2 -Wundef -Wvla -Wconversion
# DEV=1 turns warnings into errors; `make lint` always does.
ifeq ($(DEV),1)
WARN += -Werror
endif
BASE_CFLAGS := -std=c99 -fPIC -Icsrc $(WARN)
LUA_CFLAGS   = -I$(LUA_INCDIR)
LIBFLAG     ?= -shared
ifeq ($(shell uname -s),Darwin)
LIBFLAG     := -bundle -undefined dynamic_lookup
endif

CORE_SRC := $(wildcard csrc/api/*.c csrc/wire/*.c csrc/files/*.c csrc/binding/*.c)
CURL_SRC := $(wildcard csrc/curl/*.c) csrc/wire/buf.c csrc/wire/str.c csrc/binding/luaglue.c csrc/binding/interrupt.c
PURE_SRC := $(wildcard csrc/api/*.c csrc/wire/*.c csrc/files/*.c)
CORE_OBJ := $(CORE_SRC:csrc/%.c=$(BUILD)/obj/%.o)
CURL_OBJ := $(CURL_SRC:csrc/%.c=$(BUILD)/obj/%.o)
PURE_OBJ := $(PURE_SRC:csrc/%.c=$(C_BUILD)/obj/%.o)
C_TESTS  := $(patsubst spec/c/%.c,$(C_BUILD)/%,$(wildcard spec/c/*_test.c))

# Debian has no lua-cjson for Lua 5.5 yet.
CJSON := $(if $(filter lua5.5,$(LUA)),$(BUILD)/cjson.so)

# Where `make install` puts things; each can be given. LUA_COMMAND is what the first line of the command says.
PREFIX      ?= /usr/local
LUA_VERSION := $(if $(findstring luajit,$(LUA)),5.1,$(LUA:lua%=%))
LUADIR      ?= $(PREFIX)/share/lua/$(LUA_VERSION)
LIBDIR      ?= $(PREFIX)/lib/lua/$(LUA_VERSION)
BINDIR      ?= $(PREFIX)/bin
SHAREDIR    ?= $(PREFIX)/share
LUA_COMMAND ?= /usr/bin/env $(LUA)
SHARED      := man/man1/ecs-pipeline.1 bash-completion/completions/ecs-pipeline

# The checkout comes first, so that no installed copy is tested by mistake.
export LUA_PATH  := $(CURDIR)/lua/?.lua;$(CURDIR)/lua/?/init.lua;$(CURDIR)/?.lua;;
export LUA_CPATH := $(CURDIR)/$(BUILD)/?.so;;
export ECSP_BUILD := $(BUILD)
unexport LUA_INIT LUA_PATH_5_4 LUA_CPATH_5_4 LUA_INIT_5_4 LUA_PATH_5_3 LUA_CPATH_5_3 LUA_PATH_5_2 LUA_CPATH_5_2

.DEFAULT_GOAL := help
.PHONY: faults help deps deps-all install uninstall build build-all demo test test-all rock specs test-c test-vectors test-vendor drift asan alloc-sweep tsan valgrind fuzz coverage \
        show-registration dist examples outcomes test-roundtrip test-credentials canary test-tls test-openresty openresty-demo test-single-flight test-platforms test-debian-13 test-kill kill-table test-teardown test-docs \
        asan-openresty bench bench-instructions lint lint-c lint-lua format format-check rockspec command-docs docs diagrams types check-fresh clean FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "  variables: LUA=lua5.5|lua5.4|lua5.3|lua5.2|lua5.1|luajit  CC  CFLAGS  LUA_INCDIR  SPEC=spec/…_spec.lua  SECONDS=60  DEV=1  V=1  DESTDIR  PREFIX"

deps: ## install what building, the demo and the tests need and is missing (Debian; elsewhere it is named)
	@$(TOOLS)/install.sh test

deps-all: ## the same as deps, plus the linters
	@$(TOOLS)/install.sh all

build: $(BUILD)/ecs_pipeline/core.so $(BUILD)/ecs_pipeline/curl.so $(CJSON) ## compile both C modules for LUA into build/<lua>/

build-all: ## compile both C modules for lua5.4, lua5.1 and luajit
	@for lua in $(ALL_LUA); do $(MAKE) build LUA=$$lua || exit 1; done

install: build uninstall ## modules of LUA, the command, manual page, completion: below DESTDIR and PREFIX (/usr/local)
	@install -d "$(DESTDIR)$(LUADIR)" "$(DESTDIR)$(LIBDIR)/ecs_pipeline" "$(DESTDIR)$(BINDIR)" "$(DESTDIR)$(SHAREDIR)"
	@cp -R lua/ecs_pipeline "$(DESTDIR)$(LUADIR)/"
	@install -m 755 $(BUILD)/ecs_pipeline/core.so $(BUILD)/ecs_pipeline/curl.so "$(DESTDIR)$(LIBDIR)/ecs_pipeline/"
	@sed '1s|.*|#!$(LUA_COMMAND)|' bin/ecs-pipeline > "$(DESTDIR)$(BINDIR)/ecs-pipeline"
	@for file in $(SHARED); do install -d "$(DESTDIR)$(SHAREDIR)/$${file%/*}" && cp share/$$file "$(DESTDIR)$(SHAREDIR)/$$file" || exit 1; done
	@chmod -R u=rwX,go=rX "$(DESTDIR)$(LUADIR)/ecs_pipeline" "$(DESTDIR)$(BINDIR)/ecs-pipeline" $(foreach file,$(SHARED),"$(DESTDIR)$(SHAREDIR)/$(file)")
	@chmod 755 "$(DESTDIR)$(BINDIR)/ecs-pipeline"

uninstall: ## remove what `make install` put there
	@rm -rf "$(DESTDIR)$(LUADIR)/ecs_pipeline" "$(DESTDIR)$(LIBDIR)/ecs_pipeline"
	@rm -f "$(DESTDIR)$(BINDIR)/ecs-pipeline" $(foreach file,$(SHARED),"$(DESTDIR)$(SHAREDIR)/$(file)")

demo: ## the terraform example against the emulator in nginx over TLS: look up, make, read back, take down (KEEP=1: not)
	@$(TOOLS)/install.sh demo
	@$(MAKE) build LUA=lua5.4
	@$(MAKE) build LUA=luajit
	@$(TOOLS)/demo.sh

test: ## everything but the vectors: C units, every spec under lua5.4, under lua5.1 and luajit what depends on the Lua
	@$(TOOLS)/install.sh test
	@$(MAKE) build-all
	@$(TOOLS)/tally.sh "make test" \
	  "C units" "$(MAKE) test-c" \
	  "lua5.4" "$(MAKE) specs LUA=lua5.4" \
	  $(foreach lua,$(filter-out lua5.4,$(ALL_LUA)),"$(lua)" "SPEC_ONCE=no $(MAKE) specs LUA=$(lua)")

test-all: ## the specs under Lua 5.4, 5.3, 5.2, 5.1 and LuaJIT, in a comma-decimal locale, and those of C under GC stress
	@$(TOOLS)/install.sh luas
	@for lua in $(EVERY_LUA); do $(MAKE) build LUA=$$lua || exit 1; done
	@$(TOOLS)/test_all.sh $(EVERY_LUA)

rock: ## luarocks install from a local server, network off, into empty trees; the first example and a removal from there
	@$(TOOLS)/install.sh rock
	@LUAJIT_INCDIR=$(call incdir,luajit) spec/rock/run.sh

dist: ## a source archive of the tagged version, else of the last commit, and its rockspec, in build/dist/ (URL=https://…: of a release)
	@$(TOOLS)/dist.sh build/dist $(URL)

examples: build ## every example run, and what it says compared with spec/examples/expected (UPDATE=1 writes that anew)
	@$(TOOLS)/install.sh test
	@$(MAKE) build LUA=luajit
	@$(LUA) spec/examples/run.lua $(if $(ROW),'$(ROW)')

specs: build ## the specs under one LUA (SPEC=… narrows it to a file or a folder; SPEC_JOBS=2 processes at a time)
	@$(TOOLS)/run_specs.sh $(LUA) $(SPEC)

faults: build ## every fault of network and service through a whole client: fault, outcome, attempts, next call
	@$(TOOLS)/install.sh test
	@$(TEST_PREFIX) $(LUA) spec/faults/run.lua $(FAULT)

test-tls: build ## expired, wrong host, self-signed, untrusted, old …: each server and option, its outcome
	@$(TOOLS)/install.sh test
	@$(LUA) spec/tls/run.lua

test-c: $(C_TESTS) ## C unit tests of everything that knows no Lua
	@$(TOOLS)/run_c_tests.sh $(C_TESTS)

test-vectors: ## the vendor's golden signing and marshalling cases under lua5.4, lua5.1 and luajit
	@$(TOOLS)/install.sh test
	@$(MAKE) build-all
	@TALLY_JOBS=2 $(TOOLS)/tally.sh "make test-vectors" \
	  $(foreach lua,$(ALL_LUA),"$(lua)" "$(MAKE) specs LUA=$(lua) SPEC=spec/vectors")

test-docs: ## every Lua block of README and docs/ run against the emulator, every link and command held to exist
	@$(TOOLS)/install.sh test
	@$(MAKE) build-all
	@TALLY_JOBS=2 $(TOOLS)/tally.sh "make test-docs" \
	  $(foreach lua,$(ALL_LUA),"$(lua)" "$(MAKE) specs LUA=$(lua) SPEC=spec/repo/docs_spec.lua")

test-credentials: build ## each source of credentials, present, absent and broken; refreshes, 64 callers, expiry
	@$(TOOLS)/install.sh test
	@$(LUA) spec/credentials/run.lua

canary: build ## known secrets through every failure, event, log, file and crash: path, what could be read of them
	@$(TOOLS)/install.sh test
	@$(MAKE) build LUA=luajit
	@$(LUA) spec/canary/run.lua $(if $(ROW),'$(ROW)')

test-roundtrip: build ## plan(import(id)) is empty, another value is one change: a line for each argument of create
	@$(TOOLS)/install.sh test
	@$(LUA) spec/roundtrip/run.lua

outcomes: build ## every way execution.wait can come out: how the build ends, ok, outcome, image, error_code, hint
	@$(TOOLS)/install.sh test
	@$(LUA) spec/outcomes/run.lua

test-teardown: build ## the terraform example with a failure in each step and each undo: what is left is what it reports
	@$(TOOLS)/install.sh test
	@$(MAKE) build LUA=luajit
	@$(LUA) spec/teardown/run.lua $(if $(STEP),'$(STEP)')

test-kill: ## a real process killed at every point of every call, then started again: call, point, duplicates (two Luas)
	@$(TOOLS)/install.sh test
	@$(MAKE) build LUA=lua5.4
	@$(MAKE) build LUA=luajit
	@TALLY_JOBS=2 $(TOOLS)/tally.sh "make test-kill" \
	  $(foreach lua,lua5.4 luajit,"$(lua)" "$(MAKE) kill-table LUA=$(lua)")

kill-table: build ## the table of test-kill under one LUA (CALL=… narrows it to calls with that in their name)
	@$(LUA) spec/kill/run.lua $(if $(CALL),'$(CALL)')

test-vendor: ## the vendor's own Node SDK (npm) against the emulator, and its wire against ours, under each Lua
	@$(TOOLS)/install.sh vendor
	@$(MAKE) build-all
	@spec/vendor/run.sh $(ALL_LUA)

drift: build ## our operations beside the newest models of the vendor's SDK (npm): new, renamed, retyped, removed
	@$(TOOLS)/install.sh vendor
	@spec/vendor/drift.sh $(LUA)

openresty-demo: ## examples/openresty in nginx against the emulator over TLS: signed and refused webhooks, JSON, metrics, page
	@$(TOOLS)/install.sh test
	@$(MAKE) build LUA=luajit
	@LUA_CPATH='$(CURDIR)/build/luajit/?.so;;' luajit spec/openresty/demo.lua

test-openresty: ## contract, faults, misconfigurations, hooks and the page (in Chromium) inside a real nginx: content, access, rewrite, timer phases
	@$(TOOLS)/install.sh page
	@$(MAKE) build LUA=luajit
	@$(TOOLS)/tally.sh "make test-openresty" \
	  "specs in nginx" "$(MAKE) specs LUA=luajit SPEC=spec/openresty" \
  "misconfigurations" "LUA_CPATH='$(CURDIR)/build/luajit/?.so;;' luajit spec/openresty/run_configurations.lua" \
	  "faults, content phase" "LUA_CPATH='$(CURDIR)/build/luajit/?.so;;' luajit spec/openresty/run.lua content $(FAULT)"

test-single-flight: ## 500 webhooks at the same moment over two workers, and over two machines: how many starts the service sees
	@$(TOOLS)/install.sh test
	@$(MAKE) build LUA=luajit
	@LUA_CPATH='$(CURDIR)/build/luajit/?.so;;' luajit spec/single_flight/run.lua

test-platforms: ## Debian 13: both README commands; 12 and 13: nginx -t of the example; unstable: every spec under Lua 5.5, 5.4 and LuaJIT (NEW=1: roots made anew)
	@$(TOOLS)/install.sh platforms
	@TALLY_COMMANDS=1 $(TOOLS)/tally.sh "make test-platforms" \
	  "Debian 13: make demo" "$(TOOLS)/platforms.sh trixie make demo" \
	  "Debian 13: make test" "NEW=0 $(TOOLS)/platforms.sh trixie make test" \
	  "Debian 13: nginx -t" "NEW=0 $(TOOLS)/platforms.sh trixie make specs SPEC=spec/openresty/example_conf_spec.lua" \
	  "Debian 12: nginx -t" "$(TOOLS)/platforms.sh bookworm sh -c '$(TOOLS)/install.sh test && make specs SPEC=spec/openresty/example_conf_spec.lua'" \
	  "unstable: make test" "$(TOOLS)/platforms.sh sid sh -c '$(TOOLS)/install.sh lua5.5 && make test ALL_LUA=\"lua5.5 lua5.4 luajit\"'"

test-debian-13: ## the part of test-platforms that CI runs: make demo, the faults, the transports' specs, nginx -t of the example
	@$(TOOLS)/install.sh platforms
	@TALLY_COMMANDS=1 $(TOOLS)/tally.sh "make test-debian-13" \
	  "make demo" "$(TOOLS)/platforms.sh trixie make demo" \
	  "faults, transports, nginx -t" "NEW=0 $(TOOLS)/platforms.sh trixie sh -c 'make deps && make build LUA=luajit && make specs SPEC=\"spec/faults spec/contract spec/tls spec/unit/lua/transport spec/openresty/example_conf_spec.lua\"'"

asan: ## specs (nginx too), C units and a sweep of failing allocations under ASan, LSan and UBSan: clang with lua5.4, gcc with luajit
	@$(TOOLS)/install.sh harden
	@$(TOOLS)/asan.sh

asan-openresty: ## whole calls inside an nginx whose workers run our core under AddressSanitizer (a row of asan)
	@$(TOOLS)/install.sh harden
	@$(TOOLS)/asan.sh gcc luajit spec/openresty/integration_spec.lua

alloc-sweep: ## every allocation of a call fails in turn, under ASan: Lua's, ours, libcurl's, OpenSSL's (LUA=; rows of asan)
	@$(TOOLS)/install.sh harden
	@$(TOOLS)/alloc_sweep.sh $(LUA)

tsan: ## 4 and 8 Lua states in as many threads under ThreadSanitizer: clang with lua5.4
	@$(TOOLS)/install.sh harden
	@$(TOOLS)/tsan.sh

valgrind: ## the core's and the transport's specs under memcheck (lua5.4), and whole calls inside nginx: errors and lost blocks fail
	@$(TOOLS)/install.sh harden
	@$(TOOLS)/valgrind.sh

fuzz: ## libFuzzer on marshalling, signing, replies and reply heads, SECONDS=… each
	@$(TOOLS)/install.sh harden
	@$(MAKE) build LUA=lua5.4
	@$(TOOLS)/fuzz.sh $(SECONDS)

coverage: ## lines and branches that the suites reach under lua5.4; what is not reached has a reason or fails
	@$(TOOLS)/install.sh harden
	@$(TOOLS)/coverage.sh

bench: ## ours, bare C, loops by hand, the vendor's SDK in turns: ratios (BENCH=seq,cold ROUNDS=7 SELF=1; DOCS=1: docs/performance.md)
	@$(TOOLS)/install.sh bench || true # what is missing is named in the tables
	@spec/vendor/install.sh build/vendor || true
	@$(MAKE) build LUA=lua5.4
	@$(MAKE) build LUA=luajit
	@bench/run.sh '$(BENCH)' '$(ROUNDS)'

bench-instructions: ## callgrind's counts of the library's pieces against bench/instructions/budget.lua (BUDGET=write: a new one)
	@$(TOOLS)/install.sh harden
	@$(MAKE) build LUA=lua5.4
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LUA_INCDIR='$(call incdir,lua5.4)' bench/instructions/run.sh $(BUDGET)

show-registration: build ## print what the C module registers and that each entry is a C function
	@$(LUA) $(TOOLS)/show_registration.lua

lint: lint-c lint-lua format-check ## every linter (see `make deps-all`)

lint-c: ## warnings as errors with gcc and clang against three Luas, clang-tidy, cppcheck
	@$(TOOLS)/lint_c.sh

lint-lua: ## luacheck and luarocks lint
	@luacheck -q lua bin/ecs-pipeline spec examples bench .luacheckrc .busted *.rockspec
	@luajit $(TOOLS)/for_variables.lua $$(git ls-files '*.lua')
	@luarocks --lua-version 5.4 lint ecs_pipeline-scm-1.rockspec

format: ## rewrite the C sources in the one style
	@clang-format -i $$(find csrc spec bench -name '*.[ch]')

format-check: ## fail when clang-format would change a C source
	@clang-format --dry-run -Werror $$(find csrc spec bench -name '*.[ch]')

types: build ## the types for editors (LuaCATS) in library/, from doc comments, option tables and the table of operations
	@$(LUA) spec/tools/types.lua

rockspec: ## rewrite the rockspec's module lists from the tree
	@$(LUA) $(TOOLS)/rockspec.lua ecs_pipeline-scm-1.rockspec

docs: build ## the reference as HTML in build/docs: functions with options, arguments of operations; no warning, no dead link
	@$(TOOLS)/install.sh docs
	@rm -rf build/docs build/docs-src && mkdir -p build/docs build/docs-src/modules build/docs-src/operations
	@cp $(TOOLS)/reference.css build/docs/
	@$(LUA) $(TOOLS)/reference.lua build/docs-src
	@ldoc --quiet --fatalwarnings .
	@$(LUA) $(TOOLS)/check_links.lua build/docs
	@if command -v chromium >/dev/null; then $(LUA) $(TOOLS)/check_widths.lua build/docs; \
	  else echo "build/docs: not opened in a browser: chromium is not installed"; fi

diagrams: ## docs/diagrams/*.svg from their sources (graphviz)
	@$(TOOLS)/install.sh docs
	@for file in docs/diagrams/*.dot; do \
	  { dot -Tsvg "$$file" && echo "<!-- of $${file##*/}: $$(sha256sum < "$$file" | cut -c 1-64) -->"; } > "$${file%.dot}.svg" || exit 1; done

command-docs: ## rewrite the lists of docs/command.md from the table of commands
	@$(LUA) $(TOOLS)/command_docs.lua

check-fresh: ## clone into an empty folder, run README's two commands there, find nothing left behind
	@$(TOOLS)/check_fresh.sh

clean: ## remove build/
	rm -rf build

# --- objects -------------------------------------------------------------------------------------------------------
# The command line is kept in a file: other flags or another compiler rebuild everything, equal ones nothing.

define check_compiler
@command -v $(firstword $(CC)) >/dev/null || { echo "no C compiler $(firstword $(CC)): run 'make deps' or pass CC=…" >&2; exit 1; }
endef

$(BUILD)/flags: FORCE
	$(check_compiler)
	@mkdir -p $(@D)
	@test -e "$(LUA_INCDIR)/lua.h" || { echo "lua.h of $(LUA) not found$(if $(LUA_INCDIR), in $(LUA_INCDIR)): run 'make deps' or pass LUA_INCDIR=…" >&2; exit 1; }
	@found=$$(echo LUA_VERSION_NUM | $(CC) -E -P -include "$(LUA_INCDIR)/lua.h" - | tail -n 1); \
	 case "$(LUA_VERSION)" in ?.?) test "$$(($$found))" = "$(subst .,0,$(LUA_VERSION))" || \
	   { echo "$(LUA_INCDIR)/lua.h is not of $(LUA) (version $$(($$found))): pass LUA_INCDIR=… of $(LUA)" >&2; exit 1; } ;; esac
	@echo '$(CC) $(CFLAGS) $(BASE_CFLAGS) $(LUA_CFLAGS) $(LIBFLAG) $(LDFLAGS)' | cmp -s - $@ || \
	 echo '$(CC) $(CFLAGS) $(BASE_CFLAGS) $(LUA_CFLAGS) $(LIBFLAG) $(LDFLAGS)' > $@

$(C_BUILD)/flags: FORCE
	$(check_compiler)
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS) $(BASE_CFLAGS) $(LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(CFLAGS) $(BASE_CFLAGS) $(LDFLAGS)' > $@

$(BUILD)/obj/%.o: csrc/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(BASE_CFLAGS) $(LUA_CFLAGS) -MMD -MP -c $< -o $@

$(C_BUILD)/obj/%.o: csrc/%.c $(C_BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(BASE_CFLAGS) -DECSP_TEST_ALLOC -MMD -MP -c $< -o $@

$(BUILD)/ecs_pipeline/core.so: $(CORE_OBJ)
	@mkdir -p $(@D)
	$(CC) $(LIBFLAG) $(CFLAGS) $(LDFLAGS) -o $@.new $(CORE_OBJ) -lcrypto -lpthread -ldl
	@mv $@.new $@

$(BUILD)/ecs_pipeline/curl.so: $(CURL_OBJ)
	@mkdir -p $(@D)
	$(CC) $(LIBFLAG) $(CFLAGS) $(LDFLAGS) -o $@.new $(CURL_OBJ) -lcurl -lpthread -ldl
	@mv $@.new $@

build/lua5.5/cjson.so:
	@$(TOOLS)/install.sh lua5.5
	@spec/rock/lua_cjson.sh build/rock >/dev/null
	@luarocks --lua-version 5.5 --tree build/lua5.5/rocks install build/rock/lua-cjson-2.1.0-1.src.rock LUA_INCDIR=$(LUA_INCDIR) >/dev/null
	@cp build/lua5.5/rocks/lib/lua/5.5/cjson.so $@

$(C_BUILD)/%_test: spec/c/%_test.c spec/c/test.h $(PURE_OBJ) $(C_BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(BASE_CFLAGS) -DECSP_TEST_ALLOC -MMD -MP -MF $@.d -o $@ $< $(PURE_OBJ) $(LDFLAGS) -lcrypto -lpthread -ldl

# Objects of the C tests are kept: make would take them for intermediate files.
.SECONDARY: $(PURE_OBJ)

-include $(CORE_OBJ:.o=.d) $(CURL_OBJ:.o=.d) $(PURE_OBJ:.o=.d) $(C_TESTS:=.d)
