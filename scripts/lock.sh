#!/bin/sh
# Write the lock files again: every package by version and hash, no registry host named.
# Usage: scripts/lock.sh [--upgrade]
set -eu
cd "$(dirname "$0")/.."
compile() {
    output=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate --output-file "$output" "$@"
    echo "$output"
}
compile requirements/runtime.txt "$@" pyproject.toml
compile requirements/development.txt "$@" --constraint requirements/runtime.txt \
    --group dev --group installer pyproject.toml
compile requirements/spark.txt "$@" --constraint requirements/development.txt --extra spark pyproject.toml
for alone in geography installer node oracles; do
    compile "requirements/$alone.txt" "$@" --no-deps --group "$alone"
done
compile requirements/peers.txt "$@" --group peers
npm install --package-lock-only
