#!/usr/bin/env bash
# Sends the request of create_contact.http as it stands there, with your host and token in place of those in it, and prints
# the whole response.
#
# DRIFT_TOKEN   the access token
# DRIFT_BASE_URL   another base URL than https://driftapi.com, such as a local Drift
set -euo pipefail

url=${DRIFT_BASE_URL:-https://driftapi.com}
authority=${url#*://}
host=${authority%%:*}

request=$(<"$(dirname "$0")/create_contact.http")
request=${request/YOUR_ACCESS_TOKEN/${DRIFT_TOKEN:?set it to your access token}}
request=${request/Host: driftapi.com/Host: $authority}
head=${request%%$'\n\n'*}
body=${request#*$'\n\n'}

# The lines of the head end in CR LF, and an empty line ends the head.
send() { printf '%s\r\n\r\n%s' "${head//$'\n'/$'\r\n'}" "$body"; }

if [[ $url == https:* ]]; then
  response=$(send | openssl s_client -quiet -ign_eof -verify_return_error -servername "$host" -connect "$host:443" 2>/dev/null)
else
  exec 3<>"/dev/tcp/$host/${authority##*:}"
  send >&3
  response=$(cat <&3)
fi
printf '%s\n' "$response"
[[ $response == 'HTTP/1.1 200 '* ]]
