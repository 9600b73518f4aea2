#!/usr/bin/env bash
# Runs the C test programs given and adds them up. Each prints its failures and ends with "N passed, N failed".
set -u

if [ $# = 0 ]; then
  echo "no C test program given"
  echo "0 passed, 1 failed"
  exit 1
fi
out=$(mktemp)
trap 'rm -f "$out"' EXIT
all_passed=0
all_failed=0
for program in "$@"; do
  # shellcheck disable=SC2086
  timeout -k 5 "${SPEC_TIMEOUT:-300}" ${TEST_PREFIX:-} "$program" >"$out" 2>&1 </dev/null
  code=$?
  passed=0
  failed=1
  note=
  if [[ $(tail -n 1 "$out") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=${BASH_REMATCH[1]}
    failed=${BASH_REMATCH[2]}
    [ $code = 0 ] || [ "$failed" != 0 ] || { failed=1 && note="exit code $code"; }
  else
    note="did not finish, exit code $code"
  fi
  if [ "$failed" != 0 ] || [ "${V:-0}" = 1 ]; then
    sed 's/^/    /' "$out"
  fi
  printf '  %-40s %5d passed %4d failed  %s\n' "$(basename "$program")" "$passed" "$failed" "$note"
  all_passed=$((all_passed + passed))
  all_failed=$((all_failed + failed))
done
echo "$all_passed passed, $all_failed failed"
[ $all_failed = 0 ]
