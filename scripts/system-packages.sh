#!/usr/bin/env bash
# A browser and Chinese type for the tests that look at pages, PostgreSQL for those that run on it; installs only
# what is absent.
set -euo pipefail

wanted=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
    wanted+=(chromium)
fc-list ':lang=zh' 2>/dev/null | grep -q . || wanted+=(fonts-noto-cjk fontconfig)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || wanted+=(postgresql)
[ ${#wanted[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "These are needed and there is no apt-get to install them with: ${wanted[*]}." \
        "Install them by the means of this system." >&2
    exit 2
fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "Installing ${wanted[*]}, needed by the tests of \`make verify\`"
# Debian's package would start a server for the whole machine; the tests start their own (scripts/postgres.sh).
if [[ " ${wanted[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
