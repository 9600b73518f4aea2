#!/bin/sh
# Sends a signed webhook: BAKES_SECRET=… webhook.sh URL JSON
# Prints the answer and its status. Exits with 1 if the status is 400 or higher.
# A CI job needs only the line with openssl. While openssl runs, every user who lists the processes of this machine can
# read the secret in its command line.
set -u
url=$1
body=$2

timestamp=$(date +%s)
signature=$(printf '%s.%s' "$timestamp" "$body" | openssl dgst -sha256 -hmac "$BAKES_SECRET" | sed 's/^.*= *//')

answer=$(curl --silent --show-error --max-time 10 --write-out '\nHTTP status %{http_code}' \
  --header "X-Ecs-Pipeline-Timestamp: $timestamp" \
  --header "X-Ecs-Pipeline-Signature: sha256=$signature" \
  --header "Content-Type: application/json" --data-binary "$body" "$url") || exit 1
printf '%s\n' "$answer"
case $answer in
  *"HTTP status 2"??) exit 0 ;;
  *) exit 1 ;;
esac
