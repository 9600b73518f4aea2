#!/usr/bin/env bash
# What `make test-all` runs: test_all.sh lua5.4 lua5.3 …, built before. Every spec under each Lua given (but for those inside
# nginx, which has one Lua of its own: make test-openresty), then again in two surroundings that a host program may choose:
#
# * a locale with a decimal comma, under Lua 5.4 (which writes and compares by the locale) and LuaJIT (which does not, but
#   libc and cjson below it do). Left out are the specs of the repository itself and those of broken networks, which take
#   a minute and know no number but a status;
# * a collector that does a whole cycle whenever it may (GC_STRESS in busted_helper.lua), which shows what a C function
#   keeps in a C local only. That costs milliseconds per allocation, so only specs of the C modules are run: all of them,
#   vectors included, under Lua 5.4, a smaller set under Lua 5.1 and LuaJIT, whose steps are a hundred times as many. The
#   emulator's specs are pure Lua hashing and would take hours there to show nothing about C.
set -u
cd "$(dirname "$0")/../.." || exit 1

specs() { # specs LABEL LUA PREFIX FOLDER …
  local label=$1 lua=$2 prefix=$3
  shift 3
  commands+=("$label" "LUA_CPATH='$PWD/build/$lua/?.so;;' ECSP_BUILD=build/$lua $prefix spec/tools/run_specs.sh $lua $*")
}

commands=("C units" "make test-c")
for lua in "$@"; do
  specs "$lua" "$lua" "" "$(find spec -mindepth 1 -maxdepth 1 -type d -not -name openresty | sort | tr '\n' ' ')"
done
for lua in lua5.4 luajit; do
  specs "decimal comma, $lua" "$lua" "spec/tools/comma_locale.sh" spec/unit spec/vectors spec/regress \
    spec/contract/emulator_spec.lua spec/integration
done
specs "GC stress, lua5.4" lua5.4 "GC_STRESS=1" spec/unit/core spec/regress spec/contract spec/vectors
for lua in lua5.1 luajit; do
  specs "GC stress, $lua" "$lua" "GC_STRESS=1" spec/unit/core spec/regress
done
TALLY_JOBS=2 exec spec/tools/tally.sh "make test-all" "${commands[@]}"
