#!/usr/bin/env bash
# A stranger's first two minutes: clones the repository into an empty folder, runs the first two commands of README.md
# there, and looks for what they left behind. Prints a row per check and ends with "N passed, N failed".
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d /tmp/ecs_pipeline_fresh.XXXXXX) || exit 1
clone=$work/ecs_pipeline
passed=0
failed=0
rows=()

row() { # row LABEL ok|FAILED DETAIL
  rows+=("$(printf '  %-46s %-6s %s' "$1" "$2" "$3")")
  if [ "$2" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# Ours are the processes that carry our mark in their environment, or hold something below our folder: nginx writes its
# title over its environment, but works in the folder that it was started from and writes its logs below TMPDIR.
left_over() {
  local pid what
  for pid in $(ls /proc | grep -E '^[0-9]+$'); do
    [ "$pid" = $$ ] || [ ! -e "/proc/$pid/exe" ] && continue # a kernel thread has no exe
    what=
    if grep -qazx "ECSP_FRESH=$work" "/proc/$pid/environ" 2>/dev/null; then
      what="started by us"
    elif ls -l "/proc/$pid/cwd" "/proc/$pid/exe" "/proc/$pid/fd" 2>/dev/null | grep -qF "$work"; then
      what="holds $work"
    fi
    if [ -n "$what" ] && [ -e "/proc/$pid/stat" ]; then
      # not a zombie, and not one of the processes that look
      grep -q '^State:.*Z' "/proc/$pid/status" 2>/dev/null && continue
      echo "$pid $(cat "/proc/$pid/cmdline" 2>/dev/null | tr '\0' ' ') ($what)"
    fi
  done
}

# The commands of README's ```sh blocks, in order, without comments; cloning is what this script does itself.
first_commands() {
  awk '/^```sh/ { inside = 1; next } /^```/ { inside = 0 } inside' "$1" |
    sed -E 's/^[$] //; s/[[:space:]]+#.*$//; s/^#.*//' |
    grep -Ev '^[[:space:]]*$|^(git clone|cd)( |$)' | head -n 2
}

dirty=$(cd "$root" && git status --porcelain 2>/dev/null | grep -vc '^??')
[ "${dirty:-0}" = 0 ] || echo "note: the clone holds the last commit; $dirty changed files of this checkout are not in it"

if git clone -q --no-hardlinks "$root" "$clone"; then
  row "git clone into an empty folder" ok "$(cd "$clone" && git log -1 --format='%h %s' | cut -c1-60)"
else
  row "git clone into an empty folder" FAILED ""
fi

mapfile -t commands < <(first_commands "$clone/README.md")
if [ ${#commands[@]} = 2 ]; then
  row "README.md begins with two commands" ok "${commands[0]} · ${commands[1]}"
else
  row "README.md begins with two commands" FAILED "found: ${commands[*]:-none}"
fi

mkdir -p "$work/tmp"
for command in ${commands[@]+"${commands[@]}"}; do
  echo "--- $command"
  started=$SECONDS
  log=$work/log
  # The checkout's own build settings must not leak into the clone.
  (cd "$clone" && env -u LUA_PATH -u LUA_CPATH -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES \
    ECSP_FRESH="$work" TMPDIR="$work/tmp" bash -c "$command" </dev/null) 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  last=$(grep -vE "^make(\[[0-9]+\])?: \*\*\* " "$log" | tail -n 1 | cut -c1-60)
  rm -f "$log"
  if [ "$code" = 0 ]; then
    row "$command" ok "$((SECONDS - started)) s; last line: $last"
  else
    row "$command" FAILED "exit code $code after $((SECONDS - started)) s; last line: $last"
  fi
  sleep 1 # a worker that was told to stop may take a moment
  left=$(left_over)
  if [ -z "$left" ]; then
    row "… leaves no process" ok ""
  else
    row "… leaves no process" FAILED "$(tr '\n' ';' <<<"$left")"
  fi
  files=$(find "$work/tmp" -mindepth 1 | head -n 5 | tr '\n' ' ')
  if [ -z "$files" ]; then
    row "… leaves no temporary file" ok ""
  else
    row "… leaves no temporary file" FAILED "$files"
  fi
  rm -rf "${work:?}/tmp" && mkdir -p "$work/tmp"
done

changed=$(cd "$clone" && git status --porcelain | head -n 5 | tr '\n' ' ')
if [ -z "$changed" ]; then
  row "the clone is as git left it (build/ is ignored)" ok ""
else
  row "the clone is as git left it (build/ is ignored)" FAILED "$changed"
fi

echo "=== make check-fresh"
printf '%s\n' "${rows[@]}"
# Only what this run started is stopped, by its number.
left_over | while read -r pid _; do kill "$pid" 2>/dev/null; done
rm -rf "$work"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
