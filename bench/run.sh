#!/usr/bin/env bash
# `make bench`: builds the C clients, runs bench/run.lua, and leaves nothing behind: run.sh SECTIONS ROUNDS
# All that is temporary lies in one folder; each nginx has its pid there, and is stopped by it whatever happens.
set -u
cd "$(dirname "$0")/.." || exit 1

export BENCH_BUILT=$PWD/build/bench BENCH_CURVES=${BENCH_CURVES:-$PWD/build/bench}
mkdir -p "$BENCH_BUILT" || exit 1
for name in bare start; do
  ${CC:-gcc} -std=c99 -O2 -Wall -Wextra -o "$BENCH_BUILT/$name.$$" "bench/clients/$name.c" -lcurl -lcrypto || exit 1
  mv "$BENCH_BUILT/$name.$$" "$BENCH_BUILT/$name" || exit 1
done

# Nothing of the caller's own cloud setup may reach a client, nor what changes how a Lua reads and writes numbers.
export LC_ALL=C
for name in $(compgen -e); do
  case ${name^^} in
    ALIBABA_CLOUD_* | ALICLOUD_* | ALIBABACLOUD_* | ALIYUN_* | ECS_PIPELINE_* | HTTP_PROXY | HTTPS_PROXY | ALL_PROXY | LUA_INIT*) unset "$name" ;;
  esac
done

export LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/?.lua;;" LUA_CPATH="$PWD/build/lua5.4/?.so;;"
export VENDOR_PACKAGES=$PWD/build/vendor
BENCH_TMP=$(mktemp -d -t ecs_pipeline_bench.XXXXXX) || exit 1
export BENCH_TMP TMPDIR=$BENCH_TMP
child=
stop() {
  [ -z "$child" ] || kill "$child" 2>/dev/null
  for file in "$BENCH_TMP"/*/nginx.pid; do
    [ ! -s "$file" ] || kill "$(cat "$file")" 2>/dev/null
  done
  rm -rf "$BENCH_TMP"
}
trap stop EXIT
trap 'exit 130' INT TERM

lua5.4 bench/run.lua "${1:-}" "${2:-7}" &
child=$!
wait $child
code=$?
child=
exit $code
