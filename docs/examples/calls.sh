#!/bin/sh
# The same with curl. Usage: FIELDCHECK_TOKEN=fcs_… sh calls.sh https://fieldcheck.example
set -eu
address=$1

# Anybody: the newest results, as JSON, CSV and LIVES; the whole reference.
curl -fsS "$address/public/results.json?limit=2" > results.json
curl -fsS "$address/public/results.csv" > results.csv
curl -fsS "$address/public/lives/businesses" > businesses.csv
curl -fsS "$address/schema/openapi.json" > openapi.json

# Another system: who am I, the register as XLSX, what waits to be sent to other platforms.
curl -fsS -H "Authorization: Bearer $FIELDCHECK_TOKEN" "$address/office/sessions/current" > me.json
curl -fsS -H "Authorization: Bearer $FIELDCHECK_TOKEN" "$address/office/registry/exports/objects?kind_of_file=xlsx" > objects.xlsx
curl -fsS -H "Authorization: Bearer $FIELDCHECK_TOKEN" "$address/office/deliveries?state=waiting" > waiting.json
