#!/usr/bin/env bash
# The specs of the core and of the send contract under valgrind's memcheck, on lua5.4: an invalid access, a decision on
# memory that was never set or a block that is definitely lost fails its file. What a spec starts runs natively but for a
# fresh Lua. valgrind.sh [spec …]; ends with "N passed, N failed".
# Suppressions, with their one reason, are in valgrind.supp; blocks that are merely still reachable at the end are OpenSSL's and the dynamic linker's.
set -u
cd "$(dirname "$0")/../.." || exit 1

[ $# -gt 0 ] || set -- spec/unit/core spec/contract spec/vectors spec/regress
make build LUA=lua5.4 >/dev/null || exit 1
# A server that a spec talks to is no subject; nor is what the shell starts.
skip=$(printf '%s,' '*/openssl' '*/nginx' '*/gzip' '*/objdump' '*/cc' '*/gcc*' '*/cat' '*/kill' '*/mkdir' '*/rm' '*/sed')
export SPEC_TIMEOUT=${SPEC_TIMEOUT:-900}
export TEST_PREFIX="valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite
  --errors-for-leak-kinds=definite --suppressions=$PWD/spec/tools/valgrind.supp --num-callers=24 --trace-children=yes --trace-children-skip=${skip%,}"
exec make specs LUA=lua5.4 SPEC="$*"
