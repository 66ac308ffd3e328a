#!/usr/bin/env bash
# The long studies: every method on the simulated outbreaks of the literature and on real epidemics, kills at every window on SQLite and on
# PostgreSQL, chaos between four nodes, and the API under thousands of made-up requests. Figures go to docs/studies/ and
# docs/reliability.md with what made them, so that each quoted in the documentation can be traced to a command and a commit.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH"
studies=docs/studies
replicates=${REPLICATES:-100}
mkdir -p "$studies"

commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD -- src 2>/dev/null || commit="$commit, with changes not committed"

study() { # name, title, command...
    local name=$1 title=$2
    shift 2
    local started=$SECONDS
    echo "+ $*"
    "$@" --quiet --format csv --out "$studies/.$name.csv"
    mv "$studies/.$name.csv" "$studies/$name.csv"
    {
        echo "# $title"
        echo
        echo "    $*"
        echo
        echo "Made by \`make prove\` at commit $commit, $(tocsin --version), in $((SECONDS - started)) s on $(nproc) cores."
        echo "The figures are in [$name.csv]($name.csv)."
    } >"$studies/.$name.md"
    mv "$studies/.$name.md" "$studies/$name.md"
}

study noufaily "The 42 scenarios of Noufaily et al. 2013" \
    tocsin evaluate --scenarios noufaily --methods all --replicates "$replicates" --seed 1
if [ -d ../shared/data ]; then
    echo "+ python scripts/validation.py --write"
    python scripts/validation.py --write
    for made in validation_severity nowcast_study forecast_study; do
        echo "+ python scripts/$made.py --write"
        python "scripts/$made.py" --write
    done
else
    echo "docs/validation.md and what else needs real data are left as they are: the folder ../shared is not here"
fi
echo "+ python scripts/reproduction_study.py --write"
python scripts/reproduction_study.py --write

scripts/system-packages.sh
server=$(mktemp -d)
chmod 755 "$server" # the server runs as a user of its own
trap 'scripts/postgres.sh stop "$server/data"; rm -rf "$server"' EXIT
scripts/postgres.sh start "$server/data" "${PORT:-54329}" >/dev/null
echo "+ python scripts/kills_study.py ${KILLS_A_WINDOW:-5}"
TEST_DATABASE_URL=$(scripts/postgres.sh url "$server/data") python scripts/kills_study.py "${KILLS_A_WINDOW:-5}"

if [ "$(id -u)" = 0 ]; then
    echo "+ python scripts/chaos_study.py --write"
    python scripts/chaos_study.py --kills "${CHAOS_KILLS:-300}" --write
else
    echo "docs/reliability.md is left as it is: network namespaces need root"
fi

echo "+ EACH_ONCE= scripts/test-on-postgresql.sh"
EACH_ONCE='' scripts/test-on-postgresql.sh
echo "+ PROVE=1 python -m pytest -q -n 2 -m 'hypothesis and not verify'"
PROVE=1 python -m pytest -q -n 2 -m "hypothesis and not verify"
echo "+ PROVE=1 python -m pytest -q -m verify tests/node/api"
PROVE=1 python -m pytest -q -m verify tests/node/api
echo "+ python scripts/exchange_study.py"
python scripts/exchange_study.py # FUZZ_PYTHON: an environment with atheris, if there is one
echo "+ python -m scripts.joint_study"
python -m scripts.joint_study
echo "Written: $studies"
