#!/usr/bin/env bash
# What `make test-all` runs: test_all.sh lua5.4 lua5.3 …, built before. Every spec under each Lua given (but for those inside
# nginx, which has one Lua of its own: make test-openresty), then again in two surroundings that a host program may choose:
#
# * a locale with a decimal comma, under Lua 5.4 (which writes and compares by the locale), 5.1 (which reads no point there) and
#   LuaJIT (which does neither, but libc and cjson below it do). Left out are the specs of the repository itself and those of broken networks, which take
#   a minute and know no number but a status;
# * a collector that does a whole cycle whenever it may (GC_STRESS in busted_helper.lua), which shows what a C function
#   keeps in a C local only. That costs milliseconds per allocation, so only specs that speak to a C module are run, each in
#   a process of its own, for a cycle costs the more the more is loaded: those of the core, the regressions of C, the
#   send contract and the vectors under Lua 5.4; the first two under Lua 5.1, whose steps are a hundred times as many; the
#   first under LuaJIT, which has the API of 5.1. Specs of pure Lua hash for hours there to show nothing about C.
#
# Under Lua 5.2 each file has a process of its own, so that no file can lean on what ran before it.
set -u
cd "$(dirname "$0")/../.." || exit 1

specs() { # specs LABEL LUA PREFIX FOLDER …
  local label=$1 lua=$2 prefix=$3
  shift 3
  commands+=("$label" "LUA_CPATH='$PWD/build/$lua/?.so;;' ECSP_BUILD=build/$lua $prefix spec/tools/run_specs.sh $lua $*")
}

commands=("C units" "make test-c")
for lua in "$@"; do
  how=SPEC_ONCE=no
  [ "$lua" != lua5.4 ] || how=
  [ "$lua" != lua5.2 ] || how="$how SPEC_BATCH=1"
  specs "$lua" "$lua" "$how" "$(find spec -mindepth 1 -maxdepth 1 -type d -not -name openresty | sort | tr '\n' ' ')"
done
for lua in lua5.4 lua5.1 luajit; do
  specs "decimal comma, $lua" "$lua" "spec/tools/comma_locale.sh" spec/unit spec/vectors spec/regress \
    spec/contract/emulator_spec.lua spec/integration
done
of_c=$(grep -lE 'core_fixture|child_lua|ecs_pipeline\.core|faults\.harness' spec/regress/*_spec.lua | tr '\n' ' ')
stress="GC_STRESS=1 SPEC_BATCH=1"
specs "GC stress, lua5.4" lua5.4 "$stress" spec/unit/core spec/contract spec/vectors "$of_c"
specs "GC stress, lua5.1" lua5.1 "$stress" spec/unit/core "$of_c"
specs "GC stress, luajit" luajit "$stress" spec/unit/core
TALLY_JOBS=2 exec spec/tools/tally.sh "make test-all" "${commands[@]}"
