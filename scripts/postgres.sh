#!/usr/bin/env bash
# A PostgreSQL to throw away, for tests: from the system's package, in a folder of its own, reached from this
# machine alone. By default it forgets on a crash what it has not yet written, which makes tests faster.
#
#   scripts/postgres.sh start FOLDER PORT [durable]   starts it and prints its DATABASE_URL
#   scripts/postgres.sh url   FOLDER                  prints the DATABASE_URL again
#   scripts/postgres.sh stop  FOLDER                  stops it; the folder stays, and can be removed or started again
set -euo pipefail

refuse() {
    echo "$1" >&2
    exit 2
}

act=${1:-}
folder=${2:-}
port=${3:-}
[[ $act =~ ^(start|stop|url)$ && -n $folder ]] || refuse "Say scripts/postgres.sh start FOLDER PORT, or stop or url FOLDER."
folder=$(realpath -m "$folder")

programs=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -1)
[ -x "$programs" ] || programs=$(command -v initdb) ||
    refuse "PostgreSQL's programs are not installed; scripts/system-packages.sh installs them."
programs=$(dirname "$programs")

# PostgreSQL refuses to run as root; its package has made a user for it.
unprivileged=()
if [ "$(id -u)" -eq 0 ]; then
    getent passwd postgres >/dev/null || refuse "Root cannot run PostgreSQL, and there is no user postgres to run it as."
    unprivileged=(setpriv --reuid=postgres --regid=postgres --init-groups env HOME="$folder")
fi
as_owner() {
    (cd / && "${unprivileged[@]}" "$@")
}
runs() {
    [ -f "$folder/data/PG_VERSION" ] && as_owner "$programs/pg_ctl" -D "$folder/data" status >/dev/null
}

create() {
    [ ! -e "$folder" ] || [ -z "$(ls -A "$folder")" ] || refuse "$folder holds something else; name a new or empty folder."
    mkdir -p "$folder"
    chmod 700 "$folder"
    [ ${#unprivileged[@]} -eq 0 ] || chown postgres: "$folder"
    as_owner test -w "$folder" || refuse "The user postgres cannot reach $folder; name a folder below /tmp, for example."
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    as_owner bash -c 'umask 077; printf %s "$1" > "$2"' - "$password" "$folder/password"
    as_owner "$programs/initdb" -D "$folder/data" -U tocsin --pwfile="$folder/password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8 --no-instructions >"$folder/initdb.log" 2>&1 ||
        { cat "$folder/initdb.log" >&2; exit 1; }
}

start() {
    [[ $port =~ ^[0-9]+$ ]] || refuse "Name the port to listen on: scripts/postgres.sh start $folder PORT"
    [ -f "$folder/data/PG_VERSION" ] || create
    options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    [ "${1:-}" = durable ] || options+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    as_owner "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -o "$options" -w start >/dev/null ||
        { tail -5 "$folder/log" >&2; exit 1; }
    PGPASSWORD=$(cat "$folder/password") "$programs/psql" -h 127.0.0.1 -p "$port" -U tocsin -d postgres -qAt \
        -c "SELECT 1 FROM pg_database WHERE datname = 'tocsin'" | grep -q 1 ||
        PGPASSWORD=$(cat "$folder/password") "$programs/createdb" -h 127.0.0.1 -p "$port" -U tocsin tocsin
}

url() {
    runs || refuse "No PostgreSQL runs in $folder; start it first."
    # The fourth line of this file is the port it listens on.
    echo "postgresql://tocsin:$(cat "$folder/password")@127.0.0.1:$(sed -n 4p "$folder/data/postmaster.pid")/tocsin"
}

case $act in
start)
    runs || start "${4:-}"
    url
    ;;
stop)
    if runs; then
        as_owner "$programs/pg_ctl" -D "$folder/data" -m fast -w stop >/dev/null
    fi
    ;;
url) url ;;
esac
