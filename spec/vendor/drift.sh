#!/usr/bin/env bash
# Compares our operations with the newest models that the vendor has published on npm: drift.js says how. Fails only when
# something that we document is gone. Without npm's registry, it says so and takes the versions of package.json.
#   drift.sh LUA
set -u
cd "$(dirname "$0")/../.." || exit 1

folder=$PWD/build/drift
mkdir -p "$folder" || exit 1
[ -e "$folder/package.json" ] || echo '{ "private": true }' >"$folder/package.json"
if ! (cd "$folder" && timeout 300 npm install --ignore-scripts --no-audit --no-fund --no-progress --no-save --no-package-lock \
  @alicloud/{ecs20140526,vpc20160428,sts20150401,resourcemanager20200331}@latest) >"$folder/npm.log" 2>&1; then
  echo "drift.sh: npm could not fetch the newest models (${folder#"$PWD/"}/npm.log); compared with those of package.json:"
  folder=$PWD/build/vendor
  spec/vendor/install.sh "$folder" || exit 1
fi

export LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;;" LUA_CPATH="$PWD/build/$1/?.so;;"
"$1" spec/vendor/operations.lua >build/drift/operations.json || exit 1
VENDOR_PACKAGES=$folder node spec/vendor/drift.js build/drift/operations.json
