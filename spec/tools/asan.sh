#!/usr/bin/env bash
# The specs and the C unit tests under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer, clang's on Lua 5.4 and
# gcc's on LuaJIT, each build in a folder of its own (build/asan-<compiler>-<lua>/); then the sweep of failing allocations.
# A report depends on the compiler's sanitizer or on the Lua's API, not on the pair: each of the four is met once.
#   asan.sh                     everything, one row per suite, "N passed, N failed" at the end
#   asan.sh gcc lua5.4 [spec …] the specs of one combination; with luajit, those of spec/openresty have nginx load it
# Nothing is suppressed. The interpreter is not instrumented, so the runtime is preloaded into it; it is set on that one
# command, and what the specs start inherits it (a fresh Lua, nginx with the module inside).
set -u
cd "$(dirname "$0")/../.." || exit 1

# Undefined behaviour ends the process as well: a report that nobody reads is no test.
flags="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined"
suites="spec/unit spec/contract spec/vectors spec/integration/emulator_client_spec.lua spec/integration/emulator_nginx_spec.lua spec/regress spec/faults"

settings() { # settings COMPILER LUA: variables for make
  local extra=
  [ "$1" = clang ] && extra=" -shared-libasan"
  printf 'LUA=%q BUILD=%q C_BUILD=%q CC=%q CFLAGS=%q' \
    "$2" "build/asan-$1-$2" "build/asan-$1-c" "$1" "$flags$extra"
}
runtime() {
  case $1 in
    gcc) gcc -print-file-name=libasan.so ;;
    clang) clang -print-file-name=libclang_rt.asan-"$(uname -m)".so ;;
  esac
}

if [ $# -gt 0 ]; then
  compiler=$1 lua=$2
  shift 2
  library=$(runtime "$compiler")
  [ -e "$library" ] || { echo "no AddressSanitizer runtime for $compiler: $library"; echo "0 passed, 1 failed"; exit 1; }
  if [ $# = 0 ]; then
    for suite in $suites; do [ -e "$suite" ] && set -- "$@" "$suite"; done
  fi
  eval "make build $(settings "$compiler" "$lua")" >/dev/null || { echo "0 passed, 1 failed"; exit 1; }
  # Everything is slower here: the time limit of a file grows with it.
  export SPEC_TIMEOUT=${SPEC_TIMEOUT:-600} UBSAN_OPTIONS=print_stacktrace=1
  export TEST_PREFIX="env LD_PRELOAD=$library"
  eval "make specs $(settings "$compiler" "$lua") SPEC='$*'"
  exit
fi

rows=()
for pair in "clang lua5.4" "gcc luajit"; do
  compiler=${pair% *}
  rows+=("specs, ${pair/ /, }" "spec/tools/asan.sh $pair")
  rows+=("C units, $compiler" "LD_LIBRARY_PATH=$(dirname "$(runtime "$compiler")") make test-c $(settings "$compiler" lua5.4)")
done
rows+=("in nginx, gcc" "spec/tools/asan.sh gcc luajit spec/openresty/integration_spec.lua")
for lua in lua5.4 lua5.1 luajit; do
  rows+=("failing allocations, $lua" "spec/tools/alloc_sweep.sh $lua")
done
# One spec compares object files of the normal builds.
make build-all >/dev/null || exit 1
TALLY_JOBS=2 exec spec/tools/tally.sh "make asan" "${rows[@]}"
