#!/usr/bin/env bash
# What `make demo` shows: starts the emulator behind nginx with TLS and a throw-away authority, runs
# examples/terraform_example.lua against it over HTTPS through libcurl, compares what it says with what `make examples`
# expects, shows what the emulator saw, stops it, and looks whether anything is left. Exits 0 only when all of that went
# well. LUA=lua5.4|lua5.1|luajit runs the example. KEEP=1 leaves everything in place, the emulator too, and says how to
# remove it.
set -u
cd "$(dirname "$0")/../.." || exit 1

lua=${LUA:-lua5.4}
keep=${KEEP:-0}
export LUA_PATH="$PWD/lua/?.lua;$PWD/lua/?/init.lua;$PWD/?.lua;;"
export LUA_CPATH="$PWD/build/$lua/?.so;;"
emulator() { "$lua" spec/support/emulator_nginx/cli.lua "$@"; }

# Nothing of the caller's own cloud setup may reach the demo.
for name in $(compgen -e); do
  case $name in
    ALIBABA_CLOUD_* | ALICLOUD_* | ALIBABACLOUD_* | ECS_PIPELINE_* | [hH][tT][tT][pP]_[pP][rR][oO][xX][yY] | \
      [hH][tT][tT][pP][sS]_[pP][rR][oO][xX][yY] | [aA][lL][lL]_[pP][rR][oO][xX][yY]) unset "$name" ;;
  esac
done

# Whatever happens, nginx is stopped by its number and the folder removed.
folder=$(mktemp -d -t ecs_pipeline_demo.XXXXXX) || exit 1
stop() {
  local pid
  pid=$(cat "$folder/nginx.pid" 2>/dev/null)
  [ -z "$pid" ] || emulator stop "$pid" "$folder"
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

echo "--- Emulator: nginx with TLS, its own authority, one worker"
owner=$$ # with whom the emulator ends: KEEP=1, the shell that called make
[ "$keep" != 1 ] || owner=$(awk '/^PPid:/ { print $2 }' "/proc/$PPID/status")
answer=$(emulator start "$folder" "$owner") || exit 1
eval "$answer"
echo "pid $EMULATOR_PID, https://localhost:$EMULATOR_HTTPS_PORT, http://127.0.0.1:$EMULATOR_HTTP_PORT"

echo
url=https://localhost:$EMULATOR_HTTPS_PORT
export ALIBABA_CLOUD_ACCESS_KEY_ID=emulator-key ALIBABA_CLOUD_ACCESS_KEY_SECRET=emulator-secret
export ECS_PIPELINE_CA_FILE=$EMULATOR_CA_FILE
for product in ECS VPC STS RESOURCEMANAGER; do export "ALIBABA_CLOUD_ENDPOINT_$product=$url"; done
echo "--- $lua examples/terraform_example.lua"
KEEP=$keep "$lua" examples/terraform_example.lua 2>&1 | tee "$folder/said"
code=${PIPESTATUS[0]}

echo
expected=spec/examples/expected/terraform_example.txt
[ "$keep" != 1 ] || expected=spec/examples/expected/terraform_example_stays.txt
if diff <(sed '1d; /^exit /,$d' "$expected") <(sed "s|$url|ENDPOINT|" "$folder/said"); then
  echo "--- All of that is as $expected says"
else
  echo "--- That is not what $expected says: see above" >&2
  code=1
fi

echo
echo "--- What the emulator saw"
emulator requests "$EMULATOR_HTTP_PORT" || code=1

if [ "$keep" = 1 ]; then
  trap - EXIT
  echo
  echo "--- KEEP=1: the emulator runs on, until this shell ends. To remove what the example made, and to stop the emulator:"
  echo "export LUA_PATH='$LUA_PATH' LUA_CPATH='$LUA_CPATH'"
  for name in $(compgen -e | grep -E '^(ALIBABA_CLOUD_|ECS_PIPELINE_CA_FILE$)'); do echo "export $name=${!name}"; done
  sed -n '/^Remove it with$/{n;s/^ *lua /'"$lua"' /;p}' "$folder/said"
  echo "$lua spec/support/emulator_nginx/cli.lua stop $EMULATOR_PID $folder"
  exit $code
fi

echo
echo "--- Stopping"
emulator stop "$EMULATOR_PID" "$folder" || code=1
trap - EXIT
if [ -e "/proc/$EMULATOR_PID" ] && ! grep -q '^State:.*Z' "/proc/$EMULATOR_PID/status" || [ -e "$folder" ]; then
  echo "nginx $EMULATOR_PID or $folder is still there" >&2
  code=1
else
  echo "nginx $EMULATOR_PID is gone, its folder too."
fi
[ $code = 0 ] && echo "Everything worked." || echo "Something failed: see above." >&2
exit $code
