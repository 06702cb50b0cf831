#!/bin/sh
# The tests that run figures on Spark, in an environment of their own: Spark weighs as much as all the rest.
set -eu
cd "$(dirname "$0")/.."
command -v java >/dev/null || {
    echo "Spark needs Java 17: install the package default-jre-headless, then run this again." >&2
    exit 1
}
home=build/spark
if [ ! -e "$home/ready" ] || [ requirements/spark.txt -nt "$home/ready" ]; then
    python=$(sh scripts/find-python)
    "$python" -m venv "$home"
    .venv/bin/uv pip install --quiet --python "$home/bin/python" --require-hashes \
        -r requirements/development.txt
    .venv/bin/uv pip install --quiet --python "$home/bin/python" --require-hashes \
        -r requirements/spark.txt
    touch "$home/ready"
fi
# Spark and Java say more than Python does about what they will change one day.
MAILLAGE_HOME=build/test-home PYTHONPATH=src exec "$home/bin/python" -m pytest -q -m spark -p no:randomly \
    -W default -n 0 tests/figures/observations tests/spec/observatory "$@"
