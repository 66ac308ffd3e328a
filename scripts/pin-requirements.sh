#!/usr/bin/env bash
# Compile requirements/*.txt with hashes, for every system and Python from 3.11 on.
set -euo pipefail
cd "$(dirname "$0")/.."

pin() {
    .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --exclude-newer "$(date -u -d '7 days ago' +%FT00:00:00Z)" \
        --custom-compile-command "make requirements" "$@"
}

pin pyproject.toml --output-file requirements/runtime.txt
pin pyproject.toml --extra node --output-file requirements/node.txt
pin pyproject.toml requirements/dev.in --extra node --extra scale --output-file requirements/dev.txt
