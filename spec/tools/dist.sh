#!/usr/bin/env bash
# Packs the last commit as a source archive, and writes a rockspec for it with version, tag and digest:
#   dist.sh FOLDER [URL]
# FOLDER gets ecs_pipeline-VERSION.tar.gz and ecs_pipeline-VERSION-1.rockspec. URL is where the archive will be for users;
# without it the rockspec names the file itself, and installs from there without a network. The same commit gives the same
# bytes.
set -eu
cd "$(dirname "$0")/../.."

folder=$(mkdir -p "$1" && cd "$1" && pwd)
version=$(sed -n 's/^return "\(.*\)"$/\1/p' lua/ecs_pipeline/version.lua)
name=ecs_pipeline-$version
archive=$folder/$name.tar.gz
rockspec=$folder/$name-1.rockspec
url=${2:-file://$archive}

git archive --format=tar --prefix="$name/" HEAD | gzip -9 -n >"$archive"
digest=$(md5sum "$archive" | cut -d" " -f1) # the one that LuaRocks checks
git show HEAD:ecs_pipeline-scm-1.rockspec | awk -v version="$version-1" -v url="$url" -v tag="v$version" -v md5="$digest" \
  -v dir="$name" '
  /^version = / { print "version = \"" version "\""; next }
  /^  url = / && !done {
    printf "  url = \"%s\",\n  dir = \"%s\",\n  tag = \"%s\",\n  md5 = \"%s\",\n", url, dir, tag, md5
    done = 1
    next
  }
  /^  branch = / { next }
  { print }' >"$rockspec"
echo "${archive#"$PWD/"}  sha256 $(sha256sum "$archive" | cut -d" " -f1)"
echo "${rockspec#"$PWD/"}"
