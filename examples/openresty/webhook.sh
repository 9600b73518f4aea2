#!/bin/sh
# Sends a signed webhook: BAKES_SECRET=… [BAKES_NAME=…] webhook.sh URL JSON
# Prints the answer and its status. Exits with 1 if the status is 400 or higher.
# A CI job needs only the lines with openssl. While openssl runs, every user who lists the processes of this machine can
# read the secret in its command line.
set -u
url=$1
body=$2

# The name of the handler: its prefix, unless it has the option "name".
path=/${url#*://*/}
name=${BAKES_NAME:-${path%webhook}}

# Unix seconds, with a fraction where "date" can give one: without it, the handler refuses messages of the second in
# which nginx started.
timestamp=$(date +%s.%3N)
case $timestamp in *[!0-9.]*) timestamp=$(date +%s) ;; esac

signature=$(printf 'v2\n%s\n%s\n%s' "$name" "$timestamp" "$body" |
  openssl dgst -sha256 -hmac "$BAKES_SECRET" | sed 's/^.*= *//')

answer=$(curl --silent --show-error --max-time 10 --write-out '\nHTTP status %{http_code}' \
  --header "X-Ecs-Pipeline-Timestamp: $timestamp" \
  --header "X-Ecs-Pipeline-Signature: v2=$signature" \
  --header "Content-Type: application/json" --data-binary "$body" "$url") || exit 1
printf '%s\n' "$answer"
case $answer in
  *"HTTP status 2"??) exit 0 ;;
  *) exit 1 ;;
esac
