#!/usr/bin/env bash
# The specs of the core and of the send contract under valgrind's memcheck, on lua5.4: an invalid access, a decision on
# memory that was never set or a block that is definitely lost fails its file. What a spec starts runs natively but for a
# fresh Lua. Then whole calls inside an nginx whose workers run under memcheck: there any report at all fails.
# valgrind.sh [spec …]: those alone; valgrind.sh nginx: nginx alone. Ends with "N passed, N failed".
# Suppressions, with their one reason, are in valgrind.supp; blocks that are merely still reachable at the end are OpenSSL's and the dynamic linker's.
set -u
cd "$(dirname "$0")/../.." || exit 1

# Not those that count how often a signal comes in a second, or limit the descriptors, which memcheck has to itself.
regress=$(printf '%s\n' spec/regress/*_spec.lua | grep -vE '/04[45]_' | tr '\n' ' ')
if [ $# = 0 ]; then
  exec spec/tools/tally.sh "make valgrind" \
    "specs" "spec/tools/valgrind.sh spec/unit/core spec/contract spec/vectors $regress" \
    "in nginx" "spec/tools/valgrind.sh nginx"
fi
if [ "$1" = nginx ]; then
  make build LUA=luajit >/dev/null || exit 1
  logs=$(mktemp -d)
  trap 'rm -rf "$logs"' EXIT
  export ECSP_NGINX_UNDER="valgrind --quiet --trace-children=yes --num-callers=24 --log-file=$logs/%p env"
  said=$(make specs LUA=luajit SPEC=spec/openresty/integration_spec.lua 2>&1)
  echo "$said"
  processes=$(find "$logs" -type f | wc -l)
  reports=$(find "$logs" -type f -size +0 | wc -l)
  cat "$logs"/*
  echo "  processes of nginx under memcheck: $processes, with reports: $reports"
  [ "$processes" -gt 2 ] || reports=1 # nobody looked
  [[ $(grep -E '^[0-9]+ passed, [0-9]+ failed$' <<<"$said" | tail -n 1) =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]] || exit 1
  echo "${BASH_REMATCH[1]} passed, $((BASH_REMATCH[2] + reports)) failed"
  [ $((BASH_REMATCH[2] + reports)) = 0 ]
  exit
fi
make build LUA=lua5.4 >/dev/null || exit 1
# A server that a spec talks to is no subject; nor is what the shell starts.
skip=$(printf '%s,' '*/openssl' '*/nginx' '*/gzip' '*/objdump' '*/cc' '*/gcc*' '*/cat' '*/kill' '*/mkdir' '*/rm' '*/sed' '*/script' '*/raw_server_tls')
export SPEC_TIMEOUT=${SPEC_TIMEOUT:-900} SPEC_BATCH=${SPEC_BATCH:-10} # a process starts in seconds here
export TEST_PREFIX="valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite
  --errors-for-leak-kinds=definite --suppressions=$PWD/spec/tools/valgrind.supp --num-callers=24 --trace-children=yes --trace-children-skip=${skip%,}"
exec make specs LUA=lua5.4 SPEC="$*"
