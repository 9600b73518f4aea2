#!/usr/bin/env bash
# Runs commands and adds up what they counted: tally.sh TITLE LABEL COMMAND [LABEL COMMAND …]
# Each command is expected to end with "N passed, N failed". One that does not, or that exits non-zero although it
# counted no failure, counts as one failure itself. One whose last line is "skipped: <why>" counts as nothing, and its row
# says why. The last line printed here is the sum, in the same form; "skipped: …" when there was nothing else.
# TALLY_JOBS=2 runs two at a time, and prints each one's output when it and those before it are done.
set -u

title=$1
shift
# For commands that count nothing (a linter): done is one pass. Not for the tallies inside them, nor the number of jobs.
commands=${TALLY_COMMANDS:-0}
jobs=${TALLY_JOBS:-1}
unset TALLY_COMMANDS TALLY_JOBS
logs=$(mktemp -d)
pids=()
# Each command has a process group of its own, so that nothing of it goes on when this script is stopped.
set -m
trap 'for pid in "${pids[@]}"; do kill -- "-$pid" 2>/dev/null; done; rm -rf "$logs"' EXIT
trap 'exit 130' INT TERM
labels=()
rows=()
all_passed=0
all_failed=0
skipped=()

run() { # run NUMBER COMMAND: its output, exit code and seconds go to files
  local started=$SECONDS
  bash -c "$2" >"$logs/$1" 2>&1 </dev/null
  echo "$? $((SECONDS - started))" >"$logs/$1.end"
}

count() { # count NUMBER LABEL: one row, added to the sums
  local code seconds last passed=0 failed=0 note=
  read -r code seconds <"$logs/$1.end"
  last=$(grep -vE '^make(\[[0-9]+\])?: \*\*\* ' "$logs/$1" | tail -n 1) # make's own word about a failure comes last
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
  elif [ "$code" = 0 ] && [[ $last =~ ^skipped:\ (.+)$ ]]; then
    note="skipped: ${BASH_REMATCH[1]}"
    skipped+=("${BASH_REMATCH[1]}")
  elif [ "$code" = 0 ] && [ "$commands" = 1 ]; then
    passed=1
  else
    failed=1
    note="no count, exit code $code"
  fi
  rows+=("$(printf '  %-34s %7d passed %5d failed %5d s  %s' "$2" "$passed" "$failed" "$seconds" "$note")")
  all_passed=$((all_passed + passed))
  all_failed=$((all_failed + failed))
}

# failures NUMBER: the rows of its output that count failures, with what was said above each
failures() {
  awk '
    /^--- failed in / { again = 1 } # what a tally inside has repeated
    /^=== / { again = 0 }
    again { next }
    / [0-9]+ passed +[0-9]+ failed/ { if ($0 ~ / [1-9][0-9]* failed/) print said $0; said = ""; next }
    /^    / { said = said $0 "\n"; next }
    { said = "" }' "$logs/$1" | cut -c1-300 | tail -n 60
}

show() { # show NUMBER LABEL: the output as it comes while the command runs alone, else when it is done
  echo "--- $title: $2"
  # `wait` and nothing else can be interrupted, so tail runs in the background as well.
  if [ "$jobs" = 1 ]; then
    tail -n +1 -f -s 0.1 --pid="$3" "$logs/$1" 2>/dev/null &
    wait "$3"
    wait $!
  else
    wait "$3"
    cat "$logs/$1"
  fi
}

running() { # how many of those that have begun have not ended
  local at=$shown count=0
  while [ "$at" -lt "$number" ]; do
    [ -e "$logs/$at.end" ] || count=$((count + 1))
    at=$((at + 1))
  done
  echo "$count"
}

number=0
shown=0
while [ $# -gt 1 ] || [ "$shown" -lt "$number" ]; do
  while [ $# -gt 1 ] && [ "$(running)" -lt "$jobs" ]; do
    labels[number]=$1
    : >"$logs/$number"
    run "$number" "$2" &
    pids[number]=$!
    number=$((number + 1))
    shift 2
  done
  if [ "$jobs" != 1 ] && [ $# -gt 1 ] && [ ! -e "$logs/$shown.end" ]; then
    sleep 0.2 & # another may end first and make room
    wait $!
    continue
  fi
  show "$shown" "${labels[shown]}" "${pids[shown]}"
  count "$shown" "${labels[shown]}"
  shown=$((shown + 1))
done

# What failed once more, near the end of the output: a long one is not read from its beginning.
for number in "${!labels[@]}"; do
  said=$(failures "$number")
  if [ -n "$said" ]; then
    printf -- '--- failed in %s: %s\n%s\n' "$title" "${labels[number]}" "$said"
  fi
done
echo "=== $title"
printf '%s\n' "${rows[@]}"
if [ ${#skipped[@]} != 0 ] && [ "$all_passed" = 0 ] && [ "$all_failed" = 0 ]; then
  echo "skipped: ${skipped[0]}"
  exit 0
fi
echo "$all_passed passed, $all_failed failed"
[ "$all_failed" = 0 ] && [ "$all_passed" -gt 0 ]
