#!/usr/bin/env bash
# The node's tests on a throw-away PostgreSQL from Debian's package: those that ask a database something. Of a test that is
# given several examples the first is enough here, since all are run on SQLite; EACH_ONCE= runs all, as `make prove` does.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
chmod 755 "$folder" # the server runs as a user of its own
trap 'scripts/postgres.sh stop "$folder/server"; rm -rf "$folder"' EXIT
scripts/postgres.sh start "$folder/server" "${PORT:-54329}"
TEST_DATABASE_URL=$(scripts/postgres.sh url "$folder/server" "${PORT:-54329}")
export TEST_DATABASE_URL EACH_ONCE="${EACH_ONCE-1}"
.venv/bin/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not verify and not any_database" "${@:-tests/node}"
