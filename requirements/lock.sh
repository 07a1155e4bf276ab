#!/bin/sh
# Writes the two lock files anew (with hashes, for every Python we support). Needs `pip install uv`.
set -eu
cd "$(dirname "$0")/.."
compile="uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate"
$compile pyproject.toml requirements/build.in -o requirements/base.txt "$@"
$compile --extra dev --extra postgres pyproject.toml requirements/build.in -o requirements/dev.txt "$@"
