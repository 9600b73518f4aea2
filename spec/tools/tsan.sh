#!/usr/bin/env bash
# spec/integration/threads_spec.lua with both modules and the host built for ThreadSanitizer: a race that it sees fails the
# spec. clang with Lua 5.4. Lua, libcurl and OpenSSL are not instrumented; what they do to our memory, or in functions of
# libc, is seen all the same.
set -u
cd "$(dirname "$0")/../.." || exit 1

flags="-O1 -g -fno-omit-frame-pointer -fsanitize=thread"
make build LUA=lua5.4 >/dev/null || exit 1
make build LUA=lua5.4 BUILD=build/tsan CC=clang CFLAGS="$flags" >/dev/null || exit 1
# Addresses are not random here: ThreadSanitizer does not start with those of some kernels.
export THREADS_CC="clang $flags" THREADS_BUILD=build/tsan THREADS_PREFIX="setarch -R"
export TSAN_OPTIONS="halt_on_error=0 exitcode=66 second_deadlock_stack=1"
exec make specs LUA=lua5.4 SPEC=spec/integration/threads_spec.lua
