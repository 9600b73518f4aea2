#!/usr/bin/env bash
# Makes lua-cjson, a dependency, as a source rock out of Debian's source package: lua_cjson.sh FOLDER
# The source is fetched with a package list of our own; the system's lists and sources stay as they are. What is there
# already is kept.
set -eu
folder=$(mkdir -p "$1" && cd "$1" && pwd)
rock=lua-cjson-2.1.0-1.src.rock
[ -s "$folder/$rock" ] && exit 0
command -v apt-get >/dev/null || { echo "lua_cjson.sh: no apt-get here: put $rock into $folder" >&2; exit 1; }

work=$folder/work
rm -rf "$work"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/home"
# "500 http://deb.debian.org/debian bookworm/main amd64 Packages" of the binary package names mirror, suite and section.
read -r mirror suite section < <(apt-cache policy lua-cjson |
  sed -nE 's|^ +[0-9]+ (https?://[^ ]+) ([^ /]+)/([^ ]+) .*Packages$|\1 \2 \3|p' | head -n 1) ||
  { echo "lua_cjson.sh: apt knows no lua-cjson" >&2; exit 1; }
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e $keyring ] && signed="[signed-by=$keyring]" || signed=
# Without the installed packages, whose versions would be looked for. A mirror that is kept as it was on some day has a
# list that is too old, and signed all the same.
apt=(apt-get -q -o Dir::State::status=/dev/null -o Acquire::Check-Valid-Until=false
  -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User="$(id -un)")
cd "$work"
# Unstable moves on: what its list names may be gone from the mirror, where that of stable is still there.
for release in "$suite" stable; do
  echo "deb-src $signed $mirror $release $section" >"$work/sources.list"
  "${apt[@]}" update && "${apt[@]}" source lua-cjson && break
done
mv lua-cjson-2.1.0*/ lua-cjson-2.1.0
# Its stand-in for a function of Lua 5.2 has the name that LuaJIT's header declares; later versions renamed it.
sed -i 's/^static void luaL_setfuncs /#define luaL_setfuncs cjson_setfuncs\n&/' lua-cjson-2.1.0/lua_cjson.c
tar --exclude=debian --exclude=.pc -czf lua-cjson-2.1.0.tar.gz lua-cjson-2.1.0
sed "s|^ *url = .*|    url = \"file://$work/lua-cjson-2.1.0.tar.gz\", dir = \"lua-cjson-2.1.0\",|" \
  lua-cjson-2.1.0/lua-cjson-2.1.0-1.rockspec >lua-cjson-2.1.0-1.rockspec
HOME=$work/home luarocks --lua-version 5.4 pack lua-cjson-2.1.0-1.rockspec
mv "$rock" "$folder/"
rm -rf "$work"
