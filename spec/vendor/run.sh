#!/usr/bin/env bash
# Compares us with the vendor's own Node SDK, in two ways. The SDK calls the emulator (in nginx, HTTP and HTTPS, loopback
# only). And for the same inputs, the requests of our client must equal those of the SDK, under each Lua that is named.
# Needs what spec/tools/install.sh vendor installs and `make build` of each Lua. Ends with "N passed, N failed".
#   run.sh LUA…
set -u
cd "$(dirname "$0")/../.." || exit 1

vendor=$PWD/build/vendor
spec/vendor/install.sh "$vendor" || exit 1

# Nothing of the caller's own cloud setup may reach the SDK.
for name in $(compgen -e); do
  case ${name^^} in
    ALIBABA_CLOUD_* | ALICLOUD_* | ALIBABACLOUD_* | ECS_PIPELINE_* | HTTP_PROXY | HTTPS_PROXY | ALL_PROXY) unset "$name" ;;
  esac
done

export LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/?.lua;;"
export LUA_CPATH="$PWD/build/lua5.4/?.so;;"

# Whatever happens, nginx is stopped by its number and the folder removed.
folder=$(mktemp -d -t ecs_pipeline_vendor.XXXXXX) || exit 1
stop() {
  local pid
  pid=$(cat "$folder/nginx/nginx.pid" 2>/dev/null)
  [ -z "$pid" ] || lua5.4 spec/support/emulator_nginx/cli.lua stop "$pid" "$folder/nginx"
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

mkdir "$folder/nginx"
answer=$(lua5.4 spec/vendor/emulator.lua "$folder/nginx" $$) || exit 1
eval "$answer"

node spec/vendor/lib/inputs.js >"$folder/inputs.json" || exit 1
for lua in "$@"; do
  LUA_CPATH="$PWD/build/$lua/?.so;;" "$lua" spec/vendor/ours.lua "$folder/inputs.json" "$folder/ours.$lua.jsonl" || exit 1
done

export VENDOR_PACKAGES=$vendor EMULATOR_HTTP_PORT EMULATOR_HTTPS_PORT EMULATOR_CA_FILE
timeout 300 node spec/vendor/main.js "$folder" "$@"
