#!/bin/sh
# Gather the strings to translate of every package, beside it.
set -eu
cd "$(dirname "$0")/.."
command -v xgettext >/dev/null || {
    echo "gettext is missing. Remedy on Debian or Ubuntu: apt-get install gettext" >&2
    exit 1
}
admin=$PWD/.venv/bin/django-admin
for package in src/maillage/*/; do
    [ -d "$package/locale" ] || continue
    (cd "$package" && "$admin" makemessages --verbosity 0 -l fr --no-location --no-obsolete)
    echo "$package"
done
