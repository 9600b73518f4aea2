#!/usr/bin/env bash
# Builds the libFuzzer targets of spec/fuzz with AddressSanitizer and UndefinedBehaviorSanitizer (Lua 5.4 embedded) and
# runs each for a number of seconds, from its checked-in corpus: fuzz.sh SECONDS [target …]
# Prints executions, speed and new coverage per target and ends with "N passed, N failed". An input that breaks something
# is kept as build/fuzz/crashes/<target>-…; run build/fuzz/<target> on it to see it again. What a run finds of
# interest stays in build/fuzz/corpus; MERGE=1 adds it to spec/fuzz/corpus instead of fuzzing, and keeps the smallest set
# that reaches as much.
set -u
cd "$(dirname "$0")/../.." || exit 1

seconds=${1:-60}
shift
targets=("$@")
[ $# -gt 0 ] || targets=(marshal params reply head)
build=build/fuzz
flags="-std=c99 -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined"
include="-Icsrc -I/usr/include/lua5.4"
passed=0
failed=0
rows=()

stop() {
  echo "$1"
  echo "0 passed, 1 failed"
  exit 1
}

compile() { # everything of ours is instrumented, the harness is not
  local source object
  mkdir -p $build/obj $build/crashes
  for source in csrc/api/*.c csrc/wire/*.c csrc/files/*.c csrc/binding/*.c csrc/curl/head.c; do
    object=$build/obj/$(basename "$source" .c).o
    # shellcheck disable=SC2086
    clang $flags -fsanitize=fuzzer-no-link $include -c "$source" -o "$object" || stop "cannot compile $source"
  done
}
link() { # link TARGET
  local objects=("$build"/obj/*.o)
  if [ -e "spec/fuzz/$1.lua" ]; then
    # shellcheck disable=SC2086
    clang $flags $include -DTARGET="\"spec/fuzz/$1.lua\"" -fsanitize=fuzzer -o "$build/$1" spec/fuzz/lua_target.c \
      "${objects[@]}" -Wl,-E -llua5.4 -lcrypto -lpthread -ldl -lm
  else
    # shellcheck disable=SC2086
    clang $flags $include -fsanitize=fuzzer -o "$build/$1" "spec/fuzz/$1.c" $build/obj/head.o $build/obj/buf.o $build/obj/str.o
  fi
}
number() { grep -oE "$1" "$2" | tail -n 1 | grep -oE '[0-9]+$'; }

compile
unset LUA_INIT
LUA_CPATH="build/lua5.4/?.so;;" lua5.4 spec/fuzz/dictionary.lua >$build/dictionary || stop "no dictionary (make build LUA=lua5.4 comes first)"
unset LUA_PATH LUA_CPATH # only cjson is wanted, the system's
for target in "${targets[@]}"; do
  link "$target" || stop "cannot link $target"
  mkdir -p "$build/corpus/$target" "spec/fuzz/corpus/$target"
  log=$build/$target.log
  if [ "${MERGE:-0}" = 1 ]; then
    rm -rf "$build/merged" && mkdir -p "$build/merged"
    "$build/$target" -set_cover_merge=1 -max_len=1500 "$build/merged" "spec/fuzz/corpus/$target" "$build/corpus/$target" \
      >"$log" 2>&1 || stop "cannot merge, see $log"
    rm -f "spec/fuzz/corpus/$target"/* && cp "$build/merged"/* "spec/fuzz/corpus/$target/"
    echo "$target: $(find "spec/fuzz/corpus/$target" -type f | wc -l) inputs"
    continue
  fi
  # Lua's own memory is freed when its state is closed, so leaks are looked for once, at the end.
  "$build/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -detect_leaks=0 \
    -dict=$build/dictionary -artifact_prefix="$build/crashes/$target-" -print_final_stats=1 \
    "$build/corpus/$target" "spec/fuzz/corpus/$target" >"$log" 2>&1
  code=$?
  runs=$(number 'number_of_executed_units: +[0-9]+' "$log")
  before=$(grep -E 'INITED' "$log" | grep -oE 'cov: [0-9]+' | grep -oE '[0-9]+')
  after=$(number 'cov: [0-9]+' "$log")
  added=$(number 'new_units_added: +[0-9]+' "$log")
  what=ok
  if [ $code != 0 ] || [ -z "$runs" ] || [ "$runs" = 0 ]; then
    what="FAILED, exit code $code, kept: $(grep -oE "$build/crashes/[^ ]+" "$log" | tail -n 1)"
    grep -vE '^#[0-9]+|^stat::' "$log" | head -n 60 | sed 's/^/    /'
    failed=$((failed + 1))
  else
    passed=$((passed + 1))
  fi
  rows+=("$(printf '  %-10s %9d executions %7d a second   edges %5d (%d new), inputs of interest %d   %s' "$target" \
    "${runs:-0}" $((${runs:-0} / (seconds > 0 ? seconds : 1))) "${after:-0}" $((${after:-0} - ${before:-0})) \
    "${added:-0}" "$what")")
done
[ "${MERGE:-0}" = 1 ] && exit 0
echo "=== make fuzz, $seconds s each"
printf '%s\n' "${rows[@]}"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
