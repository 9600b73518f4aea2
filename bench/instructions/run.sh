#!/usr/bin/env bash
# Counts the instructions of the library's pieces under callgrind (Lua 5.4) and compares them with budget.lua:
#   run.sh            one row a piece; red: more than 3 % above its budget. Ends with "N passed, N failed"
#   run.sh write      writes the counts as the new budget
# A count does not depend on the machine: no environment, relative paths, fixed addresses, and a fixed time (mark.c), from
# which Lua makes the seed of its hashes. Each piece is counted with five seeds, for the mean: how often hashes collide
# changes by one percent with the seed, and with any new name.
set -eu
cd "$(dirname "$0")/../.."

tools=build/bench/instructions
work=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

mkdir -p "$tools"
${CC:-gcc} -std=c99 -O2 -Wall -Wextra -fPIC -shared -I"$LUA_INCDIR" -o "$tools/mark.so" bench/instructions/mark.c

paths=(LUA_PATH="lua/?.lua;lua/?/init.lua;?.lua;;" LUA_CPATH="build/lua5.4/?.so;$tools/?.so;;")
env "${paths[@]}" lua5.4 bench/instructions/server.lua "$work/port" &
server=$!
for _ in $(seq 100); do
  [ ! -s "$work/port" ] || break
  sleep 0.1
done
base="http://127.0.0.1:$(cat "$work/port")"

for piece in $(env "${paths[@]}" lua5.4 bench/instructions/pieces.lua); do
  for seed in 1 2 3 4 5; do
    env -i PATH="$PATH" "${paths[@]}" LD_PRELOAD="$tools/mark.so" FIXED_TIME=$seed setarch -R \
      valgrind -q --tool=callgrind --callgrind-out-file="$work/$piece.$seed" --compress-strings=no --compress-pos=no \
      lua5.4 bench/instructions/pieces.lua "$piece" "$base" >/dev/null
  done
done

system=$(. /etc/os-release && echo "$PRETTY_NAME")
compiler=$(${CC:-gcc} --version | head -n 1)
lua=$(lua5.4 -v | cut -d' ' -f1-2)
env "${paths[@]}" lua5.4 bench/instructions/report.lua "$work" "$system, $(uname -m), $compiler ${CFLAGS:-}, $lua" "${1:-check}"
