#!/usr/bin/env bash
# Creates a contact with curl, and prints Drift's response.
#
# DRIFT_TOKEN   the access token
# DRIFT_BASE_URL   another base URL than https://driftapi.com, such as a local Drift
set -euo pipefail

# The token goes in by standard input: arguments can be read by every process of the machine.
curl --silent --show-error --fail-with-body --max-time 30 \
  --request POST "${DRIFT_BASE_URL:-https://driftapi.com}/contacts" \
  --header @- \
  --header 'Content-Type: application/json' \
  --data '{
    "attributes": {
      "email": "ada@example.test",
      "externalId": "u_9f3c1ad27b60e845"
    }
  }' <<<"Authorization: Bearer ${DRIFT_TOKEN:?set it to your access token}"
echo
