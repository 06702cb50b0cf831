"""The browser's recipe gives what the command's does: the same table, run by the engine of the browser's scripts."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import maillage.cohorts
from maillage.cohorts import recipe
from maillage.cohorts.reasons import REASONS

HERE = Path(__file__).parent
SCRIPTS = Path(maillage.cohorts.__file__).parent / "static" / "cohorts"
PLAY = """
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
globalThis.crypto ??= webcrypto;
const [script, table] = process.argv.slice(2);
new Function(readFileSync(script, "utf8"))();
const { BadCell, birthDay, fingerprint, keyOf, token } = globalThis.maillageRecipe;
const told = JSON.parse(readFileSync(table, "utf8"));
const key = await keyOf(new TextEncoder().encode(`${told.key}\\r\\n`));
const persons = [];
for (const one of told.persons) {
  try {
    persons.push({ token: await token(key, one.name, one.first_name, birthDay(one.born, told.today)) });
  } catch (fault) {
    if (!(fault instanceof BadCell)) throw fault;
    persons.push({ refused: fault.code });
  }
}
const short = await keyOf(new Uint8Array(31)).catch((fault) => fault.code);
console.log(JSON.stringify({ persons, fingerprint: await fingerprint(key), short }));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="the set-up installs it with npm")
def test_the_script_of_the_page_gives_every_token_and_refusal_of_the_table(tmp_path: Path) -> None:
    play = tmp_path / "play.mjs"
    play.write_text(PLAY)
    table = json.loads((HERE / "vectors.json").read_text("utf-8"))
    words = ["node", str(play), str(SCRIPTS / "recipe.js"), str(HERE / "vectors.json")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    kept = [{k: one[k] for k in ("token", "refused") if k in one} for one in table["persons"]]
    assert found["persons"] == kept
    assert (found["fingerprint"], found["short"]) == (table["fingerprint"], "key")


def test_the_scripts_ask_the_network_for_nothing_and_keep_nothing() -> None:
    for script in SCRIPTS.glob("*.js"):
        text = script.read_text("utf-8")
        for door in (
            "fetch(",
            "XMLHttpRequest",
            "sendBeacon",
            "WebSocket",
            "localStorage",
            "indexedDB",
            "cookie",
            "import(",
        ):
            assert door not in text, f"{script.name}: {door}"
    assert recipe.NAME in (SCRIPTS / "recipe.js").read_text("utf-8")
    assert {"letters", "short_year"} <= set(REASONS)
