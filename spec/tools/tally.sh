#!/usr/bin/env bash
# Runs commands one after the other and adds up what they counted: tally.sh TITLE LABEL COMMAND [LABEL COMMAND …]
# Each command is expected to end with "N passed, N failed". One that does not, or that exits non-zero although it
# counted no failure, counts as one failure itself. The last line printed here is the sum, in the same form.
set -u

title=$1
shift
# For commands that count nothing (a linter): done is one pass. Not for the tallies inside them.
commands=${TALLY_COMMANDS:-0}
unset TALLY_COMMANDS
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rows=()
all_passed=0
all_failed=0

while [ $# -gt 1 ]; do
  label=$1
  command=$2
  shift 2
  echo "--- $title: $label"
  started=$SECONDS
  bash -c "$command" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  passed=0
  failed=0
  note=
  last=$(grep -vE '^make(\[[0-9]+\])?: \*\*\* ' "$log" | tail -n 1) # make's own word about a failure comes last
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=${BASH_REMATCH[1]}
    failed=${BASH_REMATCH[2]}
    if [ "$code" != 0 ] && [ "$failed" = 0 ]; then
      failed=1
      note="exit code $code"
    elif [ "$passed" = 0 ] && [ "$failed" = 0 ]; then
      failed=1
      note="nothing was tested"
    fi
  elif [ "$code" = 0 ] && [ "$commands" = 1 ]; then
    passed=1
  else
    failed=1
    note="no count, exit code $code"
  fi
  rows+=("$(printf '  %-34s %7d passed %5d failed %5d s  %s' "$label" "$passed" "$failed" $((SECONDS - started)) "$note")")
  all_passed=$((all_passed + passed))
  all_failed=$((all_failed + failed))
done

echo "=== $title"
printf '%s\n' "${rows[@]}"
echo "$all_passed passed, $all_failed failed"
[ "$all_failed" = 0 ] && [ "$all_passed" -gt 0 ]
