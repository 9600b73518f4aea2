#!/usr/bin/env bash
# Runs spec files under one interpreter, each in its own process, so that a crash or a hang costs one row and not the
# run: run_specs.sh lua5.4|lua5.1|luajit [file or folder …]. Prints a row per file and "N passed, N failed" at the end.
# TEST_PREFIX="valgrind …" runs the same suite under another harness; SPEC_TIMEOUT is per file, in seconds; V=1 says all.
set -u

lua=$1
shift
cd "$(dirname "$0")/../.." || exit 1

# Nothing of the caller's own cloud setup may reach a spec.
for name in $(compgen -e); do
  case $name in
    ALIBABA_CLOUD_* | ALICLOUD_* | ALIBABACLOUD_* | ALIYUN_* | ECS_PIPELINE_* | [hH][tT][tT][pP]_[pP][rR][oO][xX][yY] | \
      [hH][tT][tT][pP][sS]_[pP][rR][oO][xX][yY] | [nN][oO]_[pP][rR][oO][xX][yY] | [aA][lL][lL]_[pP][rR][oO][xX][yY] | \
      SSL_CERT_FILE | SSL_CERT_DIR | CURL_CA_BUNDLE) unset "$name" ;;
  esac
done

files=()
if [ $# = 0 ]; then
  # The vectors and nginx have their own targets.
  while IFS= read -r file; do files+=("$file"); done < <(find spec -name '*_spec.lua' -not -path 'spec/vectors/*' \
    -not -path 'spec/openresty/*' | sort)
else
  for root in "$@"; do
    while IFS= read -r file; do files+=("$file"); done < <(find "$root" -name '*_spec.lua' | sort)
  done
fi
if [ ${#files[@]} = 0 ]; then
  echo "no spec file found in: ${*:-spec}"
  echo "0 passed, 1 failed"
  exit 1
fi

out=$(mktemp)
trap 'rm -f "$out"' EXIT
all_passed=0
all_failed=0
for file in "${files[@]}"; do
  started=$(date +%s%N)
  # shellcheck disable=SC2086
  timeout -k 5 "${SPEC_TIMEOUT:-300}" ${TEST_PREFIX:-} "$lua" spec/tools/busted.lua -o spec/tools/busted_output.lua \
    "$file" >"$out" 2>&1 </dev/null
  code=$?
  ms=$((($(date +%s%N) - started) / 1000000))
  passed=0
  failed=1
  note=
  if [[ $(tail -n 1 "$out") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=${BASH_REMATCH[1]}
    failed=${BASH_REMATCH[2]}
    if [ $code != 0 ] && [ "$failed" = 0 ]; then
      failed=1
      note="exit code $code after the last test"
    fi
  elif [ $code = 124 ] || [ $code = 137 ]; then
    note="stopped after ${SPEC_TIMEOUT:-300} s"
  elif [ $code -gt 128 ]; then
    note="died of signal $((code - 128))"
  else
    note="did not finish, exit code $code"
  fi
  if [ "$failed" != 0 ] || [ "${V:-0}" = 1 ]; then
    sed 's/^/    /' "$out"
  else
    grep '^skipped: ' "$out" | sed 's/^/    /'
  fi
  printf '  %-52s %5d passed %4d failed %7d ms  %s\n' "$file" "$passed" "$failed" "$ms" "$note"
  all_passed=$((all_passed + passed))
  all_failed=$((all_failed + failed))
done
echo "$all_passed passed, $all_failed failed"
[ $all_failed = 0 ]
