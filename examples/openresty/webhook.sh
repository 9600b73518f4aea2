#!/bin/sh
# Sends a signed webhook: BAKES_SECRET=… webhook.sh URL JSON
# What a CI job needs of it is the line with openssl, which shows the secret to whoever lists the processes of the machine
# just then. Prints the answer and its status; exits 1 from 400 on.
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
