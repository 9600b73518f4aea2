#!/usr/bin/env bash
# C linters: warnings as errors with gcc and clang against the headers of the Luas, clang-tidy, cppcheck.
# Prints a row per step and ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1

warn="-std=c99 -pedantic -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings
  -Wcast-qual -Wpointer-arith -Wformat=2 -Wundef -Wvla -Wconversion -Icsrc"
mapfile -t sources < <(find csrc -name '*.c' | sort)
mapfile -t tests < <(find spec/c -name '*.c' | sort)
passed=0
failed=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT

step() {
  local label=$1 started=$SECONDS
  shift
  if "$@" >"$out" 2>&1; then
    passed=$((passed + 1))
    printf '  %-40s ok      %4d s\n' "$label" $((SECONDS - started))
  else
    failed=$((failed + 1))
    sed 's/^/    /' "$out"
    printf '  %-40s FAILED  %4d s\n' "$label" $((SECONDS - started))
  fi
}

compile() { # -O2: some warnings need the optimiser's data flow
  local compiler=$1 include=$2 file bad=0
  shift 2
  for file in "$@"; do
    # shellcheck disable=SC2086
    $compiler $warn -O2 -fPIC -I"$include" -c "$file" -o /dev/null || bad=1
  done
  return $bad
}

for compiler in gcc clang; do
  for include in /usr/include/lua5.5 /usr/include/lua5.4 /usr/include/lua5.1 /usr/include/luajit-2.1; do
    [ -e "$include/lua.h" ] || [ "$include" != /usr/include/lua5.5 ] || continue # Debian 12 and 13 have none
    step "$compiler, ${include##*/}" compile $compiler $include "${sources[@]}"
  done
done
if [ ${#tests[@]} -gt 0 ]; then
  step "gcc, spec/c" compile "gcc -DECSP_TEST_ALLOC" /nonexistent "${tests[@]}"
fi
tidy() { # one run per file: clang-tidy 14 sees a va_list of one file in the next, and two cores are used.
  # libcurl's checks of types are macros as long as a function; the compilers above have seen them.
  printf '%s\n' "$@" |
    xargs -P 2 -I{} sh -c 'clang-tidy --quiet {} -- -std=c99 -DCURL_DISABLE_TYPECHECK -Icsrc -I/usr/include/lua5.4 2>/dev/null'
}
step "clang-tidy" tidy "${sources[@]}"
# An #error stands behind a condition that cppcheck cannot decide: headers that are missing, a Lua that is too old. That
# it does not follow every branch is a remark of 2.17, not a finding.
step "cppcheck" cppcheck --quiet --enable=warning,performance,portability --std=c99 --inline-suppr \
  --suppress=preprocessorErrorDirective --suppress=normalCheckLevelMaxBranches --error-exitcode=1 -U__has_include -Icsrc csrc
echo "$passed passed, $failed failed"
[ $failed = 0 ]
