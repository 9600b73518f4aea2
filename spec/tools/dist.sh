#!/usr/bin/env bash
# Packs a source archive, and writes a rockspec for it with version and digest:
#   dist.sh FOLDER [URL]
# FOLDER gets ecs_pipeline-VERSION.tar.gz and ecs_pipeline-VERSION-1.rockspec. If the version is tagged, the tag is packed,
# and the rockspec names it: that is the rockspec of the release, today and later. Otherwise the last commit is packed.
# URL is where the archive will be for users; without it the rockspec names the file itself, and installs from there
# without a network. The same commit gives the same bytes.
set -eu
cd "$(dirname "$0")/../.."

folder=$(mkdir -p "$1" && cd "$1" && pwd)
version=$(git show HEAD:lua/ecs_pipeline/version.lua | sed -n 's/^return "\(.*\)"$/\1/p')
name=ecs_pipeline-$version
archive=$folder/$name.tar.gz
rockspec=$folder/$name-1.rockspec
url=${2:-file://$archive}

tag=v$version
commit=$(git rev-parse -q --verify "refs/tags/$tag^{commit}") || tag=
if [ -z "$tag" ]; then
  commit=HEAD
  echo "no tag v$version: the last commit is packed, and the rockspec is not one of a release"
elif [ "$commit" != "$(git rev-parse HEAD)" ]; then
  echo "the tag $tag is packed; $(git rev-list --count "$commit..HEAD") later commits are not in it"
fi

git archive --format=tar --prefix="$name/" "$commit" | gzip -9 -n >"$archive"
digest=$(md5sum "$archive" | cut -d" " -f1) # the one that LuaRocks checks
git show "$commit:ecs_pipeline-scm-1.rockspec" | awk -v version="$version-1" -v url="$url" -v tag="$tag" -v md5="$digest" \
  -v dir="$name" '
  /^version = / { print "version = \"" version "\""; next }
  /^  url = / && !done {
    printf "  url = \"%s\",\n  dir = \"%s\",\n", url, dir
    if (tag) printf "  tag = \"%s\",\n", tag
    printf "  md5 = \"%s\",\n", md5
    done = 1
    next
  }
  /^  branch = / { next }
  { print }' >"$rockspec"
echo "${archive#"$PWD/"}  sha256 $(sha256sum "$archive" | cut -d" " -f1)"
echo "${rockspec#"$PWD/"}"
