#!/usr/bin/env bash
# Runs spec files under one interpreter: run_specs.sh lua5.4|lua5.1|luajit [file or folder …]. Prints a row per file and
# "N passed, N failed" at the end. SPEC_JOBS processes run at a time (2 when it is not set).
# Files of the folders below share a process, SPEC_BATCH files at most; busted gives each its own globals and modules. A
# crash or a hang still costs one row and not the run: files of a batch that did not come to an end are run again, each
# alone; when all of them pass then, the process that they shared is a failed row of its own.
# SPEC_ONCE=no leaves out the files that one Lua is enough for.
# TEST_PREFIX="valgrind …" runs the same suite under another harness; SPEC_TIMEOUT is per process, in seconds; V=1 says all.
set -u

# What starts no server. A file in these that kills, forks or measures its own process says so in a line that begins with
# "-- Runs alone:", and gets a process of its own; so do all files of other folders.
batched='(^|/)spec/(unit|regress|vectors|repo)/'

# Whatever the Lua, these come to the same: `make test` runs them under lua5.4 only.
once=(
  spec/repo/tools_spec.lua          # scripts of the shell, and busted's output
  spec/repo/growth_spec.lua         # counts the instructions of Lua 5.4; LuaJIT's compiled code has no count hooks
  spec/repo/tree_spec.lua           # texts
  spec/repo/rockspec_spec.lua
  spec/repo/versions_spec.lua
  spec/repo/command_docs_spec.lua
  spec/repo/reference_spec.lua
  spec/repo/readme_zh_spec.lua
  spec/repo/cookbook_spec.lua       # scripts of the shell
  spec/repo/from_terraform_spec.lua
  spec/integration/bench_spec.lua   # names its Luas itself
  spec/integration/emulator_nginx_spec.lua # nginx has one Lua of its own
  spec/faults/slow_rows_spec.lua    # deadlines are libcurl's; rows that fail at once are run under each Lua
  spec/unit/lua/emulator/actions_agree_spec.lua # rules of C, and of texts
  spec/kill/kill_spec.lua           # the harness of `make test-kill`, which has two Luas
)

lua=$1
shift
cd "$(dirname "$0")/../.." || exit 1

# Nothing of the caller's own cloud setup may reach a spec.
for name in $(compgen -e); do
  case $name in
    ALIBABA_CLOUD_* | ALICLOUD_* | ALIBABACLOUD_* | ALIYUN_* | ECS_PIPELINE_* | [hH][tT][tT][pP]_[pP][rR][oO][xX][yY] | \
      [hH][tT][tT][pP][sS]_[pP][rR][oO][xX][yY] | [nN][oO]_[pP][rR][oO][xX][yY] | [aA][lL][lL]_[pP][rR][oO][xX][yY] | \
      SSL_CERT_FILE | SSL_CERT_DIR | CURL_CA_BUNDLE) unset "$name" ;;
  esac
done

roots=("$@")
if [ $# = 0 ]; then
  # The vectors and nginx have their own targets.
  roots=(spec -not -path 'spec/vectors/*' -not -path 'spec/openresty/*')
fi
alone=()
shared=()
while IFS= read -r file; do
  if [ "${SPEC_ONCE:-yes}" = no ] && [[ " ${once[*]} " == *" ${file#./} "* ]]; then
    continue
  elif [[ $file =~ $batched ]] && ! grep -q '^-- Runs alone:' "$file"; then
    shared+=("$file")
  else
    alone+=("$file")
  fi
done < <(find "${roots[@]}" -name '*_spec.lua' | sort -u)
if [ $((${#alone[@]} + ${#shared[@]})) = 0 ]; then
  echo "no spec file found in: ${*:-spec}"
  echo "0 passed, 1 failed"
  exit 1
fi

folder=$(mktemp -d)
trap 'kill $(jobs -rp) 2>/dev/null; wait; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

# busted NUMBER FILE …: one process. Its output, and the rows of busted_output.lua, go to files.
busted() {
  local number=$1 process
  shift
  : >"$folder/$number.rows"
  # What runs in the background ignores Ctrl-C unless told otherwise, and specs send it to what they start.
  # shellcheck disable=SC2086
  (
    trap - INT QUIT
    ECSP_ROWS=$folder/$number.rows exec timeout -k 5 "${SPEC_TIMEOUT:-300}" ${TEST_PREFIX:-} "$lua" spec/tools/busted.lua \
      -o spec/tools/busted_output.lua "$@" >"$folder/$number.out" 2>&1 </dev/null
  ) &
  process=$!
  trap 'kill $process; exit 143' TERM
  wait $process
}

# ending CODE: what became of a process that did not come to its end
ending() {
  if [ "$1" = 124 ] || [ "$1" = 137 ]; then
    echo "stopped after ${SPEC_TIMEOUT:-300} s"
  elif [ "$1" -gt 128 ]; then
    echo "died of signal $(($1 - 128))"
  else
    echo "did not finish, exit code $1"
  fi
}

# row FILE PASSED FAILED MS NOTE OUTPUT: what it printed, when that is of interest, and its row
row() {
  if [ "$3" != 0 ] || [ "${V:-0}" = 1 ]; then
    sed 's/^/    /' <<<"$6"
  else
    grep '^skipped: ' <<<"$6" | sed 's/^/    /'
  fi
  printf '  %-52s %5d passed %4d failed %7d ms  %s\n' "$1" "$2" "$3" "$4" "$5"
  echo "$2 $3 $1" >>"$folder/$number.counts"
}

# one NUMBER FILE: in a process of its own
one() {
  local number=$1 file=$2 started passed=0 failed=1 note= code
  started=$(date +%s%N)
  busted "$number" "$file"
  code=$?
  if [[ $(tail -n 1 "$folder/$number.out") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=${BASH_REMATCH[1]}
    failed=${BASH_REMATCH[2]}
    if [ $code != 0 ] && [ "$failed" = 0 ]; then
      failed=1
      note="exit code $code after the last test"
    fi
  else
    note=$(ending $code)
  fi
  row "$file" "$passed" "$failed" $((($(date +%s%N) - started) / 1000000)) "$note" \
    "$(tr -d '\0' <"$folder/$number.out")"
  [ "$failed" = 0 ]
}

# batch NUMBER FILE …: in one process, then alone what that process did not finish
batch() {
  local number=$1 out=$folder/$1.shared code total passed failed ms from to file note bad=0 again=()
  local sum_passed=0 sum_failed=0
  local -A finished=()
  shift
  busted "$number" "$@"
  code=$?
  mv "$folder/$number.out" "$out"
  total=$(tail -n 1 "$out")
  while IFS=$'\t' read -r passed failed ms from to file; do
    finished[$file]="$passed $failed $ms $from $to"
    sum_passed=$((sum_passed + passed))
    sum_failed=$((sum_failed + failed))
  done <"$folder/$number.rows"
  note=$(ending $code)
  if [[ $total =~ ^[0-9]+\ passed,\ [0-9]+\ failed$ ]]; then
    note="exit code $code after the last test"
    # Wrong after all rows, a report of leaked memory for one: whose fault it is shows when each runs alone.
    if [ ${#finished[@]} = $# ] && { [ "$total" != "$sum_passed passed, $sum_failed failed" ] ||
      [ $code != 0 ] && [ $sum_failed = 0 ]; }; then
      finished=()
    fi
  fi
  for file in "$@"; do
    if [ -n "${finished[$file]:-}" ]; then
      read -r passed failed ms from to <<<"${finished[$file]}"
      row "$file" "$passed" "$failed" "$ms" "" "$(tail -c +$((from + 1)) "$out" | head -c $((to - from)) | tr -d '\0')"
    else
      again+=("$file")
    fi
  done
  [ ${#again[@]} != 0 ] || return
  for file in "${again[@]}"; do
    one "$number" "$file" || bad=1
  done
  [ $bad = 1 ] || row "${again[0]} and what ran with it" 0 1 0 "$note; not when alone" "$(tail -n 40 "$out" | tr -d '\0')"
}

# Files alone first: the longest are among them.
number=0
shown=0
jobs=${SPEC_JOBS:-2}
size=${SPEC_BATCH:-20}
show() { # what has come to its end, in order
  while [ -e "$folder/$shown.end" ]; do
    cat "$folder/$shown.log"
    shown=$((shown + 1))
  done
}
start() { # start one|batch FILE …
  while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
    wait -n
    show
  done
  local how=$1
  shift
  { "$how" $number "$@" >"$folder/$number.log" 2>&1; : >"$folder/$number.end"; } &
  number=$((number + 1))
}
for file in ${alone[@]+"${alone[@]}"}; do start one "$file"; done
for ((at = 0; at < ${#shared[@]}; at += size)); do
  if [ "$size" = 1 ]; then start one "${shared[at]}"; else start batch "${shared[@]:at:size}"; fi
done
wait
show

all_passed=0
all_failed=0
while read -r passed failed _; do
  all_passed=$((all_passed + passed))
  all_failed=$((all_failed + failed))
done < <(cat "$folder"/*.counts)
for file in ${alone[@]+"${alone[@]}"} ${shared[@]+"${shared[@]}"}; do
  if ! cut -d ' ' -f 3- "$folder"/*.counts | grep -qxF "$file"; then
    echo "  $file has no row"
    all_failed=$((all_failed + 1))
  fi
done
echo "$all_passed passed, $all_failed failed"
[ $all_failed = 0 ]
