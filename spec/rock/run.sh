#!/usr/bin/env bash
# What `make rock` runs: the last commit, packed as a source rock, served with lua-cjson and argparse from a folder, installed by
# `luarocks install ecs_pipeline` with the network off into an empty tree per Lua, used from there, removed again. Then
# the same without a header of OpenSSL's or libcurl's. Prints a row per check and ends with "N passed, N failed".
# ROCK_LUAS="5.4 5.1 luajit 5.3 5.2" names other Luas.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/spec/rock
cache=$root/build/rock
cd "$root" || exit 1

work=$(mktemp -d -t ecs_pipeline_rock.XXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
server=$work/server
mkdir -p "$server" "$work/pack" "$work/home" "$work/tmp" "$work/away"
passed=0
failed=0

row() { # row LABEL ok|FAILED DETAIL
  printf '  %-58s %-6s %s\n' "$1" "$2" "$3"
  if [ "$2" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}
show() { sed 's/^/    /' "$1"; }
finish() {
  echo "$passed passed, $failed failed"
  [ $failed = 0 ]
  exit
}

# Nothing of the caller reaches LuaRocks or the interpreter: no LUA_PATH, no configuration, no cache, no other server.
config=$work/config.lua
echo 'rocks_servers = {}' >"$config"
clean() {
  (cd "$work/away" && env -i PATH="$PATH" HOME="$work/home" TMPDIR="$work/tmp" LC_ALL=C.UTF-8 \
    LUAROCKS_CONFIG="$config" "$@")
}

# --- the network -------------------------------------------------------------------------------------------------------
if unshare -n true 2>/dev/null; then
  off=(unshare -n)
elif unshare -rn true 2>/dev/null; then
  off=(unshare -rn)
else
  off=(env http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 all_proxy=http://127.0.0.1:9)
fi
case ${off[0]} in
  unshare) echo "network: off, in a namespace of its own (${off[*]})" ;;
  *) echo "network: this system permits no namespace (unshare -n); one local server only, proxies that lead nowhere" ;;
esac

# --- the server --------------------------------------------------------------------------------------------------------
rockspec=ecs_pipeline-scm-1.rockspec
name=${rockspec%.rockspec}
dirty=$(git status --porcelain | grep -vc '^??')
[ "$dirty" = 0 ] || echo "note: the rock holds the last commit; $dirty changed files of this checkout are not in it"

pack() {
  git archive --prefix="$name/" -o "$work/pack/$name.tar.gz" HEAD &&
    tar -xzf "$work/pack/$name.tar.gz" -C "$work/pack" &&
    sed "s|^  url = .*|  url = \"file://$work/pack/$name.tar.gz\",|" "$work/pack/$name/$rockspec" \
      >"$work/pack/$rockspec" &&
    clean sh -c "cd '$work/pack' && luarocks --lua-version 5.4 pack $rockspec" && mv "$work/pack/$name.src.rock" "$server/"
}
if "$here/lua_cjson.sh" "$cache" >"$work/log" 2>&1 && cp "$cache/lua-cjson-2.1.0-1.src.rock" "$server/"; then
  row "lua-cjson as a source rock" ok "from Debian's source package; kept below build/rock"
else
  show "$work/log"
  row "lua-cjson as a source rock" FAILED ""
  finish
fi
pack_argparse() { # one file of Lua, as Debian's package has installed it
  local source
  source=$(lua5.4 -e 'print(assert(package.searchpath("argparse", package.path)))') &&
    mkdir "$work/pack/argparse-0.7.1" && cp "$source" "$work/pack/argparse-0.7.1/" &&
    tar -czf "$work/pack/argparse-0.7.1.tar.gz" -C "$work/pack" argparse-0.7.1 &&
    printf '%s\n' 'rockspec_format = "3.0"' 'package = "argparse"' 'version = "0.7.1-1"' \
      "source = { url = \"file://$work/pack/argparse-0.7.1.tar.gz\" }" \
      'build = { type = "builtin", modules = { argparse = "argparse.lua" } }' >"$work/pack/argparse-0.7.1-1.rockspec" &&
    clean sh -c "cd '$work/pack' && luarocks --lua-version 5.4 pack argparse-0.7.1-1.rockspec" &&
    mv "$work/pack/argparse-0.7.1-1.src.rock" "$server/"
}
if pack_argparse >"$work/log" 2>&1; then
  row "argparse as a source rock" ok "of Debian's file"
else
  show "$work/log"
  row "argparse as a source rock" FAILED ""
  finish
fi
if pack >"$work/log" 2>&1; then
  row "ecs_pipeline as a source rock" ok "$(git log -1 --format='%h'), $(($(stat -c %s "$server/$name.src.rock") / 1024)) KiB"
else
  show "$work/log"
  row "ecs_pipeline as a source rock" FAILED ""
  finish
fi
differs=$(diff "$work/pack/$name/$rockspec" "$work/pack/$rockspec" | grep -c '^>')
if [ "$differs" = 1 ]; then
  row "its rockspec is the one checked in, but for source.url" ok ""
else
  row "its rockspec is the one checked in, but for source.url" FAILED "$differs lines differ"
fi
if clean luarocks-admin make-manifest "$server" >"$work/log" 2>&1; then
  row "a rocks server in a folder" ok "$(ls "$server" | grep -c 'manifest-5..$') manifests"
else
  show "$work/log"
  row "a rocks server in a folder" FAILED ""
  finish
fi

# --- install, use, remove ----------------------------------------------------------------------------------------------
awk '/^```lua/ && !done { inside = 1; next } /^```/ { if (inside) done = 1; inside = 0 } inside' \
  "$work/pack/$name/README.md" >"$work/away/readme_block.lua"
cp -r "$work/pack/$name/examples/terraform_example.lua" "$work/pack/$name/examples/terraform" "$here/use.lua" "$here/files.lua" "$work/away/"

rocks() { # rocks VERSION TREE COMMAND …
  clean "${off[@]}" luarocks --lua-version "$1" --only-server "file://$server" --tree "$2" "${@:3}"
}
counted() { # takes the rows that a program printed, and its last line
  sed '$d' "$work/log"
  if [[ $(tail -n 1 "$work/log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
  else
    tail -n 1 "$work/log" | sed 's/^/    /'
    row "$1" FAILED "did not finish"
  fi
}

command -v lua5.5 >/dev/null && newest=5.5 || newest= # Debian 12 and 13 have none
for lua in ${ROCK_LUAS:-$newest 5.4 5.1 luajit}; do
  version=$lua
  interpreter=lua$lua
  config=$work/config.lua
  variables=()
  if [ "$lua" = luajit ]; then
    version=5.1
    interpreter=luajit
    variables=("LUA_INCDIR=${LUAJIT_INCDIR:-/usr/include/luajit-2.1}") # LuaRocks takes LuaJIT for a Lua 5.1
    config=$work/config_luajit.lua # ... and lets commands run with another one unless it is told
    echo 'rocks_servers = {} lua_interpreter = "luajit"' >"$config"
  fi
  tree=$work/tree_$lua
  echo "--- $interpreter"
  started=$SECONDS
  if rocks "$version" "$tree" install ecs_pipeline ${variables[@]+"${variables[@]}"} >"$work/log" 2>&1; then
    row "luarocks install ecs_pipeline" ok "$((SECONDS - started)) s"
  else
    show "$work/log"
    row "luarocks install ecs_pipeline" FAILED ""
    continue
  fi

  clean "$interpreter" files.lua "$work/pack/$name/$rockspec" "$tree" "$version" >"$work/log" 2>&1
  counted "the installed files"
  clean "${off[@]}" env LUA_PATH="$tree/share/lua/$version/?.lua;$tree/share/lua/$version/?/init.lua" \
    LUA_CPATH="$tree/lib/lua/$version/?.so" ALIBABA_CLOUD_ACCESS_KEY_ID=key ALIBABA_CLOUD_ACCESS_KEY_SECRET=secret \
    "$interpreter" use.lua "$tree" >"$work/log" 2>&1
  counted "use from the tree"

  # Each block is a process of its own; the spec that starts them is of this checkout, the documents too.
  said=$(make specs LUA="$interpreter" SPEC=spec/repo/docs_spec.lua ECSP_TREE="$tree" 2>&1)
  if [ "${said##*, }" = "0 failed" ]; then
    row "every Lua block of the documents, with the rock alone" ok "${said##*$'\n'}"
  else
    sed 's/^/    /' <<<"$said"
    row "every Lua block of the documents, with the rock alone" FAILED ""
  fi

  # The command, found on PATH by somebody without any variable of Lua's; `api` loads the C module.
  said=$(clean "${off[@]}" env PATH="$tree/bin:$PATH" sh -c 'ecs-pipeline version && ecs-pipeline api pipeline.create' 2>&1)
  wanted=$(sed -n 's/^return "\(.*\)"$/\1/p' "$root/lua/ecs_pipeline/version.lua")
  if [[ $said != "$wanted"$'\n'*CreateImagePipeline* ]]; then
    row "ecs-pipeline on PATH" FAILED "${said:0:300}"
  elif ! grep -q "exec '[^']*/$interpreter' " "$tree/bin/ecs-pipeline"; then
    row "ecs-pipeline on PATH" FAILED "$(grep exec "$tree/bin/ecs-pipeline")"
  else
    row "ecs-pipeline on PATH" ok "$wanted, by $interpreter"
  fi

  rocks "$version" "$tree" remove ecs_pipeline >"$work/log" 2>&1 || show "$work/log"
  left=$(cd "$tree" && find . -path '*ecs[_-]pipeline*' | head -n 3 | tr '\n' ' ')
  [ -z "$left" ] && row "luarocks remove ecs_pipeline leaves nothing" ok "" ||
    row "luarocks remove ecs_pipeline leaves nothing" FAILED "$left"
  for rock in lua-cjson argparse; do
    rocks "$version" "$tree" remove $rock >"$work/log" 2>&1 || show "$work/log"
  done
  left=$(find "$tree" -type f -not -name manifest | head -n 3 | tr '\n' ' ')
  [ -z "$left" ] && row "… and what it needs, only LuaRocks's own manifest" ok "" ||
    row "… and what it needs, only LuaRocks's own manifest" FAILED "$left"
done

# --- docs/install.md: the archive of `make dist`, lua-cjson and argparse of the system, no server at all ---------------
echo "--- make dist"
tree=$work/tree_dist
rockspec=$(spec/tools/dist.sh "$work/dist" | sed -n '$p')
line=$(sed -n "s/^\\$ \\(echo 'rocks_provided.*> system.lua\\)$/\\1/p" docs/install.md)
if (cd "$work/away" && eval "$line") && clean "${off[@]}" env LUAROCKS_CONFIG="$work/away/system.lua" \
  luarocks --lua-version 5.4 --tree "$tree" install "$rockspec" >"$work/log" 2>&1; then
  row "luarocks install of the rockspec, as docs/install.md says" ok "${rockspec##*/}"
else
  show "$work/log"
  row "luarocks install of the rockspec, as docs/install.md says" FAILED "$line"
fi
said=$(clean "${off[@]}" env PATH="$tree/bin:$PATH" LUA_PATH="$tree/share/lua/5.4/?.lua;$tree/share/lua/5.4/?/init.lua;;" \
  LUA_CPATH="$tree/lib/lua/5.4/?.so;;" sh -c 'lua5.4 readme_block.lua && ecs-pipeline api pipeline.create' 2>&1)
if [[ $said == success*CreateImagePipeline* ]]; then
  row "README's first example, and the command" ok "${said%%$'\n'*}"
else
  row "README's first example, and the command" FAILED "${said:0:300}"
fi

# --- missing headers ---------------------------------------------------------------------------------------------------
# A compiler that finds everything but one folder of headers: its own search path, each folder as one of links.
without() { # without curl|openssl → a compiler command
  local folder entry n=0 command="gcc -nostdinc"
  while read -r folder; do
    n=$((n + 1))
    mkdir -p "$work/without_$1/$n"
    for entry in "$folder"/*; do
      [ "${entry##*/}" = "$1" ] || ln -s "$entry" "$work/without_$1/$n/"
    done
    command+=" -isystem $work/without_$1/$n"
  done < <(gcc -E -Wp,-v -x c /dev/null 2>&1 >/dev/null | sed -n 's|^ \(/.*\)|\1|p')
  echo "$command"
}
missing() { # missing FOLDER PACKAGE …: the install fails, and one sentence names the package on four systems
  local folder=$1 wanted sentence absent= started=$SECONDS label
  shift
  label="without ${folder}/: one sentence names the package"
  if rocks 5.4 "$work/tree_without_$folder" install ecs_pipeline --deps-mode none "CC=$(without "$folder")" CFLAGS="-O0 -fPIC" \
    >"$work/log" 2>&1; then
    row "$label" FAILED "it was built all the same"
    return
  fi
  sentence=$(grep -E 'error: #error' "$work/log")
  for wanted in "$@"; do
    [[ $sentence == *"$wanted"* ]] || absent+=" $wanted"
  done
  if [ "$(grep -c 'error: #error' "$work/log")" = 1 ] && [ -z "$absent" ]; then
    row "$label" ok "$((SECONDS - started)) s"
    echo "${sentence#*#error }" | fold -s -w 108 | sed 's/^/      /'
  else
    show "$work/log"
    row "$label" FAILED "absent:${absent:- nothing, but not one sentence}"
  fi
}
echo "--- missing headers"
config=$work/config.lua
missing openssl Debian libssl-dev Fedora openssl-devel Alpine openssl-dev brew
missing curl Debian libcurl4-openssl-dev Fedora libcurl-devel Alpine curl-dev brew
finish
