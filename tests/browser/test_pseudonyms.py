"""A structure makes its list pseudonymous in its browser: what tells who somebody is never leaves the page.

Everything that leaves is kept by a wire of loopback between the browser and the site, to the byte: what the browser itself
says of its requests leaves files out.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEY = b"an invented key of the tests, of more than thirty-two bytes"
MARK = hmac.new(KEY, b"maillage-cohort/1\nfingerprint", hashlib.sha256).hexdigest()[:16]
OF_THE_WIRE = frozenset(
    ("connection", "transfer-encoding", "content-length", "keep-alive", "date", "server")
)
SECRETS = (
    "Vandeputte", "vandeputte", "VANDEPUTTE", "Œuvrard", "oeuvrard", "Anne-Marie", "annemarie", "Loïc", "loic",
    "02/03/1985", "31/12/1990", "am.vandeputte", "exemple.fr", "0612345678", "06 12 34 56 78",
    "Rue des Lilas", "Zoé K", "suivi-de-vandeputte",
)  # fmt: skip
OWN = """Suivi des personnes;;;;;;;;;
Nom;Prénom;Né(e) le;Courriel;Téléphone;Adresse;Étape;Date;Commune;Suivi par
Vandeputte;Anne-Marie;02/03/1985;am.vandeputte@exemple.fr;0612345678;"3 Rue des Lilas
1er étage";Accueil;05/02/2020;59350;Zoé K
VANDEPUTTE;Anne Marie;2 mars 1985;;06 12 34 56 78;;Création;2020-06-03;Lille;
Œuvrard;Loïc;31/12/1990;;;;Accueil;06/02/2020;59350;
Œuvrard;Loïc;;;;;Accueil;07/02/2020;59350;
Mar7in;Luc;01/01/1990;;;;Accueil;08/02/2020;59350;
Œuvrard;Loïc;31/02/1990;;;;Accueil;08/02/2020;59350;
Œuvrard;Loïc;31/12/1990;;;;Rappeler le 06 12 34 56 78;08/02/2020;59350;
Œuvrard;Loïc;31/12/1990;;;;Rappeler Vandeputte;08/02/2020;59350;
Œuvrard;Loïc;31/12/1990;;;;Accueil;né le 31/12/1990;59350;
Œuvrard;Loïc;31/12/1990;;;;Accueil;08/02/2020;am.vandeputte@exemple.fr;
"""


def token(name: str, first: str, born: str) -> str:
    """By the recipe as the decision says it, without the product."""
    told = f"maillage-cohort/1\n{name}\n{first}\n{born}"
    return hmac.new(KEY, told.encode(), hashlib.sha256).hexdigest()


class Kept:
    """What left the browser: each request, its address, its headers and its body."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, bytes]] = []
        self.address = ""

    def posted(self, path: str) -> bytes:
        """The body of the last form sent there."""
        return [body for method, where, body in self.sent if method == "POST" and where == path][-1]

    @property
    def whole(self) -> bytes:
        return b"\n".join(
            f"{method} {where}\n".encode() + body for method, where, body in self.sent
        )


@pytest.fixture
def kept(site: str) -> Iterator[Kept]:
    """A wire that passes everything on and keeps it."""
    told, home = Kept(), urlsplit(site).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told.sent.append((self.command, self.path, str(self.headers).encode() + body))
            headers = {
                name: one for name, one in self.headers.items() if name.lower() != "accept-encoding"
            }
            headers["Host"] = home
            for name in ("Origin", "Referer"):
                if name in headers:
                    headers[name] = headers[name].replace(told.address, f"http://{home}")
            asked = http.client.HTTPConnection(home, timeout=60)
            asked.request(self.command, self.path, body=body or None, headers=headers)
            answer = asked.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name, one in answer.getheaders():
                if name.lower() not in OF_THE_WIRE:
                    self.send_header(name, one.replace(f"http://{home}", told.address))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            asked.close()

        do_POST = do_GET  # noqa: N815 -- the name that the library calls

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


def opened(page: Any, kept: Kept, name: str) -> None:
    """A programme of the officer's intercommunality, which hands its own lists in."""
    page.goto(f"{kept.address}/accompagnement/nouveau/")
    page.get_by_label("Nom du programme").fill(name)
    page.get_by_label("Empreinte de sa clé").fill(MARK)
    page.locator("input[name=structures]").evaluate_all(
        "all => all.forEach((one) => { one.checked = true; })"
    )
    page.get_by_role("button", name="Ouvrir le programme").click()
    expect(page.get_by_role("link", name="Déposer une liste")).to_be_visible()
    page.get_by_role("link", name="Déposer une liste").click()
    page.wait_for_url("**/deposer/")


@pytest.fixture
def own(tmp_path: Path) -> tuple[Path, Path]:
    """A structure's spreadsheet, whose own name tells of somebody, and the file of the key."""
    source, key = tmp_path / "suivi-de-vandeputte.csv", tmp_path / "programme.key"
    source.write_text(OWN, encoding="utf-8-sig")
    key.write_bytes(KEY + b"\r\n")
    return source, key


def made(page: Any, source: Path, key: Path) -> None:
    page.locator("#own-file").set_input_files(str(source))
    page.locator("#own-key").set_input_files(str(key))
    page.get_by_role("button", name="Faire la liste ici").click()
    expect(page.locator("#own-told")).not_to_be_empty()


def test_nothing_that_tells_who_somebody_is_leaves_the_page(
    visitor: Any, kept: Kept, own: tuple[Path, Path]
) -> None:
    page = visitor("claire", kept.address + "/accompagnement/")
    opened(page, kept, "Parcours lu sur le fil")
    before = len(kept.sent)
    made(page, *own)
    assert len(kept.sent) == before
    expect(page.locator("#own-told")).to_contain_text("4")
    refused = page.locator("#own-refused li").all_inner_texts()
    assert [int(re.findall("[0-9]+", one)[0]) for one in refused] == [8, 9, 10, 11, 12, 13]
    assert not [one for one in refused for secret in SECRETS if secret in one]

    address = urlsplit(page.url).path
    page.get_by_role("button", name="Lire la liste").click()
    page.wait_for_url("**/depots/**")
    body = kept.posted(address).decode("utf-8", "replace")
    found = re.search(
        r'filename="([^"]*)"\r\nContent-Type: text/csv\r\n\r\n(.*?)\r\n--', body, re.DOTALL
    )
    assert found is not None
    assert found[1] == "liste.pseudonymes.csv"
    anne, loic = (
        token("vandeputte", "annemarie", "1985-03-02"),
        token("oeuvrard", "loic", "1990-12-31"),
    )
    head, *lines = [line.split(";") for line in found[2].strip().splitlines()]
    assert ";".join(head) == "jeton;etape;date;montant;commune;code_postal;qpv;siret;recette;cle"
    assert [(line[0], line[1], line[2], line[4], line[8], line[9]) for line in lines] == [
        (anne, "Accueil", "05/02/2020", "59350", "1", MARK),
        (anne, "Création", "2020-06-03", "Lille", "1", MARK),
        (loic, "Accueil", "06/02/2020", "59350", "1", MARK),
        ("", "Accueil", "07/02/2020", "59350", "1", MARK),
    ]
    for secret in (*SECRETS, KEY.decode()):
        for written in (secret, quote(secret)):
            assert written.encode() not in kept.whole, written
            assert written.encode("cp1252", "replace") not in kept.whole, written


def test_another_key_a_short_one_or_another_file_makes_no_list(
    visitor: Any, kept: Kept, own: tuple[Path, Path], tmp_path: Path
) -> None:
    source, key = own
    page = visitor("claire", kept.address + "/accompagnement/")
    opened(page, kept, "Parcours refusé sur le fil")
    other, short, empty = tmp_path / "other.key", tmp_path / "short.key", tmp_path / "autre.csv"
    other.write_bytes(KEY[::-1])
    short.write_bytes(b"k" * 31 + b"\n")
    empty.write_text("Ville;Année\nLille;2020\n")
    before = len(kept.sent)
    for csv, secret, told in (
        (source, other, "faite avec une autre clé|fait avec une autre clé"),
        (source, short, "32 octets"),
        (empty, key, "colonnes"),
    ):
        made(page, csv, secret)
        expect(page.locator("#own-told")).to_have_text(re.compile(told))
        assert page.locator("#id_file").evaluate("one => one.files.length") == 0
    assert len(kept.sent) == before
    assert page.evaluate("[localStorage.length, document.cookie.includes('key')]") == [0, False]
