#!/usr/bin/env bash
# Installs the vendor's packages into FOLDER with npm, in the versions and with the hashes of package-lock.json;
# no script of a package runs. Does nothing if they are installed already: install.sh FOLDER
set -u
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
mkdir -p "$folder" || exit 1

wanted=$(cat "$here/package.json" "$here/package-lock.json" | cksum)
[ "$(cat "$folder/installed" 2>/dev/null)" = "$wanted" ] && exit 0

echo "install.sh: the vendor's packages into ${folder#"$PWD/"}"
rm -f "$folder/installed"
cp "$here/package.json" "$here/package-lock.json" "$folder/" || exit 1
if ! (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --no-progress) >"$folder/npm.log" 2>&1; then
  cat "$folder/npm.log" >&2
  echo "install.sh: npm could not install the vendor's packages" >&2
  exit 1
fi
echo "$wanted" >"$folder/installed"
