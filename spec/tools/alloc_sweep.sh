#!/usr/bin/env bash
# Builds spec/fuzz/alloc_sweep.c with both modules inside, under AddressSanitizer and UndefinedBehaviorSanitizer, against one
# Lua, and runs it beside a server: alloc_sweep.sh lua5.4|lua5.1|luajit. Ends with "N passed, N failed".
# FLAGS="…" and FOLDER=… build it otherwise (coverage does).
set -u
cd "$(dirname "$0")/../.." || exit 1

lua=$1
flags=${FLAGS--O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined}
folder=${FOLDER:-build/sweep-$lua}
case $lua in
  luajit) include=/usr/include/luajit-2.1 library=luajit-5.1 ;;
  *) include=/usr/include/$lua library=$lua ;;
esac
unset LUA_PATH LUA_CPATH LUA_INIT # only cjson is wanted, the system's

fail() {
  echo "$1"
  echo "0 passed, 1 failed"
  exit 1
}
mkdir -p "$folder"
objects=()
for source in csrc/*/*.c spec/fuzz/alloc_sweep.c; do
  object=$folder/$(basename "$source" .c).o
  # shellcheck disable=SC2086
  gcc -std=c99 $flags -Icsrc -I"$include" -c "$source" -o "$object" || fail "cannot compile $source"
  objects+=("$object")
done
# shellcheck disable=SC2086
gcc $flags -o "$folder/alloc_sweep" "${objects[@]}" -Wl,-E -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
  -l$library -lcurl -lcrypto -lpthread -ldl -lm ||
  fail "cannot link the sweep against $lua"
lists=(spec/fuzz/alloc_sweep.lua)
[ "$lua" = lua5.4 ] && lists+=(spec/fuzz/alloc_sweep_curl.lua) # thousands of handshakes, the same under every Lua
SWEEP_FILE=$folder/durable exec lua5.4 spec/fuzz/alloc_sweep_server.lua "$folder/alloc_sweep" "${lists[@]}"
