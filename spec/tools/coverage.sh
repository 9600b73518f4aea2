#!/usr/bin/env bash
# What the suites reach: lines and branches of the C (gcov) and lines of the Lua (a hook), under lua5.4. Runs the C units,
# the sweep of failing allocations and the specs against a build of its own (build/coverage), then adds up; see
# coverage_report.lua. Ends with "N passed, N failed": files, and lines that no test reaches and no reason excuses.
# REPORT=1 only adds up again what the last run left.
set -u
cd "$(dirname "$0")/../.." || exit 1

folder=build/coverage
lines=$PWD/$folder/lines
flags="-O0 -g --coverage"
suites="spec/unit spec/canary spec/contract spec/vectors spec/integration/emulator_client_spec.lua spec/integration/emulator_nginx_spec.lua spec/regress spec/credentials spec/kill/failing_calls_spec.lua"
failed=0

quietly() { # quietly LABEL COMMAND …: its last line, and all of it when something failed
  local label=$1 log=$folder/log
  shift
  "$@" >"$log" 2>&1
  local code=$?
  if [ $code != 0 ]; then
    grep -vE ' 0 failed |^(gcc|clang|make)|^ *ok: ' "$log"
    failed=$((failed + 1))
  fi
  printf '  %-28s %s\n' "$label" "$(grep -v '^make' "$log" | tail -n 1)"
}

# The fuzzer's corpus of reply heads, the only suite that knows csrc/curl/head.c by itself.
heads() {
  local source
  mkdir -p $folder/head
  for source in spec/fuzz/run_inputs.c spec/fuzz/head.c csrc/curl/head.c csrc/wire/buf.c csrc/wire/str.c; do
    # shellcheck disable=SC2086
    gcc -std=c99 $flags -Icsrc -c "$source" -o "$folder/head/$(tr / _ <<<"${source%.c}").o" || return 1
  done
  gcc --coverage -o $folder/head/run "$folder"/head/*.o && $folder/head/run spec/fuzz/corpus/head/*
}

if [ "${REPORT:-0}" != 1 ]; then
  mkdir -p $folder
  rm -rf "$lines"
  find $folder -name '*.gcda' -delete
  mkdir -p "$lines"
  for suite in $suites; do [ -e "$suite" ] && specs="${specs:-} $suite"; done
  settings=(LUA=lua5.4 "BUILD=$folder/lua5.4" "C_BUILD=$folder/c" CC=gcc "CFLAGS=$flags")
  make build-all >/dev/null || exit 1 # specs look into its object files, and run nginx with it
  quietly "C units" make test-c "${settings[@]}"
  quietly "reply heads" heads
  quietly "failing allocations" env FLAGS="$flags" FOLDER=$folder/sweep spec/tools/alloc_sweep.sh lua5.4
  gcc -std=gnu99 -O2 -Wall -Wextra -fPIC -shared -I/usr/include/lua5.4 -o $folder/line_hook.so spec/tools/line_hook.c || exit 1
  export SPEC_TIMEOUT=${SPEC_TIMEOUT:-600}
  hook="assert(package.loadlib('$PWD/$folder/line_hook.so','luaopen_line_hook'))()" # in every Lua 5.4 that a spec starts, too
  export TEST_PREFIX="env LUA_INIT_5_4=$hook ECSP_LINES=$lines"
  quietly "specs" make specs "${settings[@]}" SPEC="${specs# }"
  if [ $failed != 0 ]; then
    echo "what failed above was not measured in full"
    echo "0 passed, $failed failed"
    exit 1
  fi
fi
lua5.4 spec/tools/coverage_report.lua $folder "$lines"
