#!/usr/bin/env bash
# Runs a command whose Luas all call setlocale("de_DE.UTF-8"): comma_locale.sh COMMAND …
# The locale is made below build/ when the system has none; the system itself is left alone.
set -u
cd "$(dirname "$0")/../.." || exit 1

if ! locale -a 2>/dev/null | grep -qix 'de_DE\.utf-\?8'; then
  export LOCPATH=$PWD/build/locale
  if [ ! -e "$LOCPATH/de_DE.UTF-8/LC_NUMERIC" ]; then
    mkdir -p "$LOCPATH"
    localedef -i de_DE -f UTF-8 --no-archive "$LOCPATH/de_DE.UTF-8" || exit 1
  fi
fi
export LUA_INIT="@$PWD/spec/tools/comma_locale.lua" COMMA_LOCALE=1
exec "$@"
