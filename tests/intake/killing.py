"""Loads killed with SIGKILL at any statement or commit, then taken up: they end as one that nobody killed.

A process of its own (`python -m tests.intake.killing --kills 40 --seed 1`) imports the product once, plays
each load whole on a copy of its database, then forks a child for each kill: the child ends itself when it
has sent so many statements, which is how a power cut looks to a database. Another child takes the load up.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROWS = 240
FIRMS = 12
SIRENE_ROWS = 150

# What each load leaves, by what it says and never by numbers or keys that a second try draws again.
ACTS = """SELECT a.kind, a.occurred_on, e.siret, p.line, a.seq, a.reason_code, a.reverses_id IS NULL
FROM ledger_act a JOIN register_establishment e ON e.id = a.establishment_id
JOIN ledger_pastact p ON REPLACE(CAST(p.key AS text), '-', '') = REPLACE(a.source_key, '-', '') ORDER BY a.seq"""
FIRMS_TOLD = """SELECT e.siret, e.trade_name, e.commune, u.siren, u.name, s.starts_on, s.state, s.activity,
s.segments FROM register_spell s JOIN register_establishment e ON e.id = s.establishment_id
JOIN register_legalunit u ON u.id = s.legal_unit_id JOIN intake_load l ON l.id = s.load_id
WHERE l.state = 'active' ORDER BY e.siret, s.starts_on, s.id"""
SIGNS = """SELECT e.siret, p.starts_on, p.ends_on, p.employer, p.trade_name FROM register_period p
JOIN register_establishment e ON e.id = p.establishment_id JOIN intake_load l ON l.id = p.load_id
WHERE l.state = 'active' ORDER BY e.siret, p.starts_on"""
SUCCESSIONS = """SELECT p.siret, s.siret, k.outside_siret, k.linked_on, k.continuity FROM register_successionlink k
LEFT JOIN register_establishment p ON p.id = k.predecessor_id LEFT JOIN register_establishment s ON s.id = k.successor_id
JOIN intake_load l ON l.id = k.load_id WHERE l.state = 'active' ORDER BY p.siret, s.siret, k.outside_siret"""
LISTED = """SELECT n.number, n.fingerprint, n.listed_on, n.compared_at IS NULL FROM lists_line n
JOIN intake_load l ON l.id = n.load_id WHERE l.state = 'active' AND n.undone_at IS NULL ORDER BY n.number"""
GRANTED = """SELECT g.number, g.mark, g.amount_cents FROM funding_publishedgrant g JOIN intake_load l ON l.id = g.load_id
WHERE l.state = 'active' ORDER BY g.number"""
SERIES = """SELECT f.series, f.vintage, f.is_invented, l.area, l.detail, CAST(l.said AS text) FROM series_seriesline l
JOIN series_seriesfile f ON f.id = l.file_id JOIN intake_load i ON i.id = f.load_id WHERE i.state = 'active'
ORDER BY f.series, l.area, l.detail"""
REACHED = """SELECT c.number, c.stage, c.amount_cents, count(a.id) FROM cohorts_cohortline c JOIN ledger_act a
ON REPLACE(CAST(a.key AS text), '-', '') = REPLACE(CAST(c.act AS text), '-', '') WHERE c.ended_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1"""
TERMS = (
    "SELECT term, theme FROM needs_term WHERE is_active AND ended_at IS NULL ORDER BY plain, theme"
)
HEARD = """SELECT n.source_key, n.theme, n.expressed_on, count(a.id) FROM needs_need n JOIN ledger_act a
ON REPLACE(a.source_key, '-', '') = REPLACE(CAST(n.key AS text), '-', '') GROUP BY 1, 2, 3 ORDER BY 1"""
ASKED = "SELECT code, number, text, published_at IS NULL FROM diagnoses_questionnaire ORDER BY code, number"
OFFERED = """SELECT e.source_id, v.number, v.title, v.areas, p.source_id FROM catalogue_entryversion v
JOIN catalogue_entry e ON e.id = v.entry_id JOIN intake_load l ON l.id = v.load_id
LEFT JOIN catalogue_entry p ON p.id = v.provider_id WHERE l.state = 'active' ORDER BY e.source_id, v.number"""
DISTRICTS = """SELECT d.code, d.name, d.starts_on, d.ends_on FROM places_prioritydistrict d
JOIN places_edition e ON e.id = d.edition_id WHERE e.is_active ORDER BY d.code, d.starts_on"""
SECTORS = """SELECT s.territory, s.sector, s.fr, s.en, s.commune FROM places_sectorcommune s
JOIN places_edition e ON e.id = s.edition_id WHERE e.is_active ORDER BY s.territory, s.sector, s.commune"""
ZONES = """SELECT z.zone, z.name, z.commune FROM places_zonecommune z JOIN places_edition e ON e.id = z.edition_id
WHERE e.is_active ORDER BY z.commune"""
LOADS = "SELECT source, state, count(*) FROM intake_load WHERE state IN ('active', 'undone') GROUP BY 1, 2 ORDER BY 1, 2"
REJECTS = """SELECT r.line, r."column", r.code FROM intake_reject r JOIN intake_load l ON l.id = r.load_id
WHERE l.state IN ('active', 'undone') ORDER BY r.line, r."column" """


@dataclass(frozen=True)
class Case:
    """A load: the importer it is of, the command that plays it and takes it up, what it leaves."""

    name: str
    source: str
    play: Callable[[Path], None]
    left: tuple[str, ...]
    before: Callable[[Path], None] | None = None
    # Whether one plays it again though it is active: names are written after, and by the next load.
    even_active: bool = False
    undoes: bool = False

    def take_up(self, folder: Path) -> None:
        """What an operator does who finds the machine on again: the same command, unless it had ended."""
        from maillage.intake.models import Load

        ended = Load.State.UNDONE if self.undoes else Load.State.ACTIVE
        if self.even_active or not Load.objects.filter(source=self.source, state=ended).exists():
            self.play(folder)


@dataclass
class Found:
    """What was seen: statements of a whole load, kills that fell while it ran, states that differ."""

    statements: dict[str, int] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def command(name: str, *words: Any, **options: Any) -> None:
    from django.core.management import call_command

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        call_command(name, *words, stdout=nowhere, stderr=nowhere, **options)


def import_acts(folder: Path) -> None:
    command("import_acts", folder / "acts.csv", mapping=folder / "acts.toml", organisation="CMA")


def import_sirene(folder: Path) -> None:
    units, places = folder / "units.csv", folder / "establishments.csv"
    command("import_sirene", units=units, establishments=places, territory="mel")


def import_history(folder: Path) -> None:
    command("import_sirene", history=folder / "history.csv", territory="mel")


def import_links(folder: Path) -> None:
    command("import_sirene", links=folder / "links.csv", territory="mel")


def load_list(folder: Path) -> None:
    """The list alone: comparing it is a job of its own, which the next worker takes up."""
    from maillage.accounts.actors import System
    from maillage.intake.telling import load_file
    from maillage.ledger.past import keeper_named
    from tests.factories.lists import GIVEN

    by = System("a test", organisation=keeper_named("CMA"))
    load_file("partner_list", folder / "list.csv", GIVEN, by=by, dry_run=False)


def load_questionnaire(folder: Path) -> None:
    from maillage.accounts.actors import System
    from maillage.intake.telling import load_file
    from maillage.ledger.past import keeper_named

    by = System("a test", organisation=keeper_named("CMA"))
    load_file("questionnaire", folder / "questionnaire.toml", {}, by=by, dry_run=False)


def load_catalogue(name: str) -> Callable[[Path], None]:
    """A file of the catalogue: its columns tell which importer it is for."""

    def play(folder: Path) -> None:
        from maillage.accounts.actors import System
        from maillage.catalogue.files import load

        load(folder / name, by=System("load_catalogue"))

    return play


def load_thesaurus(folder: Path) -> None:
    from maillage.accounts.actors import System
    from maillage.intake.telling import load_file
    from maillage.ledger.past import keeper_named

    by = System("a test", organisation=keeper_named("CMA"))
    load_file("thesaurus", folder / "terms.csv", {}, by=by, dry_run=False)


def load_cohort(folder: Path) -> None:
    command("import_cohort", folder / "cohort.csv", structure="552100554")


def load_solicitations(folder: Path) -> None:
    from maillage.accounts.actors import System
    from maillage.intake.telling import load_file
    from maillage.ledger.past import keeper_named

    by = System("a test", organisation=keeper_named("CMA"))
    load_file("solicitations", folder / "solicitations.csv", {}, by=by, dry_run=False)


def load_series(code: str) -> Callable[[Path], None]:
    """A file of one external series."""

    def play(folder: Path) -> None:
        command("load_series", code, folder / f"{code}.csv", vintage="2020-06-25")

    return play


def undo_acts(folder: Path) -> None:
    """The load of acts is undone; one that was being undone when it was killed is gone on with."""
    from maillage.intake.models import Load

    load = Load.objects.filter(source="past_acts").order_by("-id").first()
    if load is not None and load.state != Load.State.UNDONE:
        command("undo_load", str(load.pk), because="essai")
    del folder


CASES = (
    Case("past acts", "past_acts", import_acts, (ACTS, LOADS, REJECTS)),
    Case("past acts undone", "past_acts", undo_acts, (ACTS, LOADS), before=import_acts, undoes=True),
    Case("Sirene", "sirene", import_sirene, (FIRMS_TOLD,), even_active=True),
    Case(
        "history", "sirene_history", import_history, (FIRMS_TOLD, SIGNS, LOADS, REJECTS),
        before=import_sirene,
    ),
    Case(
        "links", "sirene_links", import_links, (SUCCESSIONS, LOADS, REJECTS), before=import_sirene
    ),
    Case("list of a partner", "partner_list", load_list, (LISTED, LOADS, REJECTS)),
    Case("grants", "published_grants", lambda at: command("import_scdl", at / "grants.csv"), (GRANTED, LOADS, REJECTS)),
    *(
        Case(f"series {code}", code, load_series(code), (SERIES, LOADS, REJECTS))
        for code in ("unemployment_zone", "facilities", "office_surface", "employees_ape")
    ),
    Case("cohort", "cohort", load_cohort, (REACHED, LOADS, REJECTS)),
    Case("questionnaire", "questionnaire", load_questionnaire, (ASKED, LOADS)),
    Case("catalogue", "di_services", load_catalogue("services.json"), (OFFERED, LOADS, REJECTS)),
    Case("providers", "di_structures", load_catalogue("structures.json"), (OFFERED, LOADS, REJECTS)),
    Case("schemes", "aid_schemes", load_catalogue("schemes.csv"), (OFFERED, LOADS, REJECTS)),
    Case("solicitations", "solicitations", load_solicitations, (HEARD, LOADS, REJECTS)),
    Case("thesaurus", "thesaurus", load_thesaurus, (TERMS, LOADS, REJECTS)),
    Case(
        "neighbourhoods", "qpv", lambda at: command("load_qpv", at / "qpv.geojson"), (DISTRICTS, LOADS, REJECTS)
    ),
    Case(
        "sectors", "sectors", lambda at: command("load_sectors", at / "sectors.csv"), (SECTORS, LOADS, REJECTS)
    ),
    Case(
        "employment zones", "employment_zones", lambda at: command("load_employment_zones", at / "zones.csv"),
        (ZONES, LOADS, REJECTS),
    ),
)  # fmt: skip


def write_files(folder: Path) -> None:
    """What is loaded, a row of each refused."""
    from maillage.diagnoses import parsing
    from tests.factories import catalogue, cohorts, funding, register as firms, series
    from tests.factories.intake import MAPPING, features
    from tests.intake import files

    sirets = [firms.siret(firms.siren(n)) for n in range(1, FIRMS + 1)]
    header = ["N°", "Date", "SIRET", "Entreprise", "Commune", "Résultat", "Besoin"]
    rows = [
        [n, f"{n % 28 + 1:02}/05/2019", sirets[n % FIRMS], "", "", "Visite faite", ""]
        for n in range(ROWS)
    ]
    rows[77][2] = "4,9E+13"
    (folder / "acts.csv").write_bytes(files.as_csv([header, *rows]))
    (folder / "acts.toml").write_text(MAPPING, encoding="utf-8")
    told = [firms.establishment_row(n) for n in range(500, 500 + SIRENE_ROWS)]
    told[41]["siret"] = "4,9E+13"
    units, places = firms.sirene_files(folder, told)
    shutil.move(units, folder / "units.csv")
    shutil.move(places, folder / "establishments.csv")
    lived = [
        firms.period_row(n, activitePrincipaleEtablissement="47.11B")
        for n in range(500, 500 + SIRENE_ROWS)
    ]
    lived[7]["dateFin"] = "2009-01-01"
    shutil.move(firms.history_file(folder, lived), folder / "history.csv")
    numbers = [firms.siret(firms.siren(n)) for n in range(500, 500 + SIRENE_ROWS)]
    linked = [firms.link_row(before, after) for before, after in itertools.pairwise(numbers)]
    linked[9]["dateLienSuccession"] = "2018-02-30"
    shutil.move(firms.links_file(folder, linked), folder / "links.csv")
    members = [["Nom", "Commune"], *([f"Commerce {n}", "Lille"] for n in range(ROWS)), ["", ""]]
    members.append(["", "Lille"])
    (folder / "list.csv").write_bytes(files.as_csv(members))
    (folder / "questionnaire.toml").write_text(parsing.library()["digital"], encoding="utf-8")
    services = [catalogue.service(n) for n in range(60)]
    services += [catalogue.service(60, nom="X"), catalogue.service(1)]
    (folder / "services.json").write_bytes(catalogue.as_json(*services))
    structures = [catalogue.structure(n) for n in range(60)]
    structures += [catalogue.structure(60, nom="X"), catalogue.structure(1)]
    (folder / "structures.json").write_bytes(catalogue.as_json(*structures))
    schemes = [catalogue.scheme(n) for n in range(60)]
    schemes += [catalogue.scheme(60, cibles="particuliers"), catalogue.scheme(1)]
    (folder / "schemes.csv").write_bytes(catalogue.as_csv(*schemes))
    asked = [["need", "siret", "subject", "created_at"],
             *([f"d{n}", sirets[n % FIRMS], "online", "2019-05-04"] for n in range(ROWS)), ["x", "1", "online", "2019-05-04"]]  # fmt: skip
    (folder / "solicitations.csv").write_bytes(files.as_csv(asked))
    told_grants: list[dict[str, str]] = [{"referenceDecision": str(n)} for n in range(ROWS)]
    told_grants[77] = {"montant": "environ"}
    (folder / "grants.csv").write_bytes(funding.file(*told_grants))
    zones = [
        ["ZE2020", "LIBZE2020", "2020-T1"],
        *([1000 + n, f"Zone {n}", "8,1"] for n in range(ROWS)),
        ["R32", "", "8,1"],
    ]
    (folder / "unemployment_zone.csv").write_bytes(files.as_csv(zones))
    told_series: dict[str, list[dict[str, str]]] = {
        "facilities": [
            {
                "TIME_PERIOD": str(2000 + n % 100),
                "FACILITY_TYPE": ("B207", "B204", "A501")[n // 100],
            }
            for n in range(ROWS)
        ],
        "office_surface": [{"NUM_DAU": f"N{n}"} for n in range(ROWS)],
        "employees_ape": [{"code_ape": f"{n:04}Z"} for n in range(ROWS)],
    }
    for code, lines in told_series.items():
        bad = {"GEO": "5935", "COMM": "5935", "code_commune": "5935"}
        (folder / f"{code}.csv").write_bytes(series.by_commune(code, *lines, bad))
    steps = [
        (
            f"P{'abcdefghij'[n % 10]}" if n % 3 else "",
            "Prêt",
            f"2019-0{1 + n % 9}-{1 + n // 9:02}",
            str(n + 1),
        )
        for n in range(ROWS)
    ]
    steps[70] = ("", "Autre", "2019-05-04", "")
    (folder / "cohort.csv").write_bytes(cohorts.file(*steps))
    terms = [["term", "theme"], *([f"mot {n}", "online"] for n in range(ROWS)), ["", "online"]]
    (folder / "terms.csv").write_bytes(files.as_csv(terms))
    (folder / "qpv.geojson").write_bytes(features(*(f"Quartier {n}" for n in range(1, 40))))
    sectors = [["mel", f"s{n % 4}", f"Secteur {n % 4}", f"Sector {n % 4}", commune]
               for n, commune in enumerate(("59350", "59512", "59599", "5935"))]  # fmt: skip
    head = ["territory", "sector", "fr", "en", "commune"]
    (folder / "sectors.csv").write_bytes(files.as_csv([head, *sectors]))
    zones = [
        ["CODGEO", "ZE2020", "LIBZE2020"],
        *([row[-1], f"321{n % 4}", f"Zone {n % 4}"] for n, row in enumerate(sectors)),
    ]
    (folder / "zones.csv").write_bytes(files.as_csv(zones))


def prepare() -> None:
    """The geography, an organisation, a few firms: what the loads are about."""
    from tests.factories import accounts, cohorts, places, register

    places.places_loaded()
    keeper = accounts.organisation(name="CMA", siren="552100554")
    cohorts.programme(keeper, keeper)
    for n in range(1, FIRMS + 1):
        register.establishment(legal_unit=register.legal_unit(siren=register.siren(n)))


class Databases:
    """Copies of a prepared database, each for one life."""

    def __init__(self, folder: Path) -> None:
        from django.db import connection

        self.folder, self.connection, self._numbers = folder, connection, itertools.count(1)
        self.template = str(connection.settings_dict["NAME"])

    def copy(self, of: str) -> str:
        """One more copy; nobody may be connected to what is copied."""
        self.connection.close()
        number = next(self._numbers)
        if self.connection.vendor == "sqlite":
            name = str(self.folder / f"copy-{number}.sqlite3")
            shutil.copy(of, name)
            return name
        name = f"{self.template}_{number}"
        self._server(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
        return name

    def drop(self, name: str) -> None:
        """Take a copy away."""
        if self.connection.vendor == "sqlite":
            for path in self.folder.glob(f"{Path(name).name}*"):
                path.unlink()
        else:
            self._server(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _server(self, sql: str) -> None:
        import psycopg

        told = self.connection.settings_dict
        address = {"host": told["HOST"], "user": told["USER"], "password": told["PASSWORD"]}
        if told["PORT"]:
            address["port"] = told["PORT"]
        with psycopg.connect(dbname="postgres", autocommit=True, **address) as session:
            session.execute(sql)


class Counter:
    """Counts what goes to the database, commits included, and ends the process at one of them."""

    def __init__(self, until: int = 0) -> None:
        self.seen, self.until = 0, until

    def tick(self) -> None:
        self.seen += 1
        if self.seen == self.until:
            os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self, execute: Any, *given: Any) -> Any:
        self.tick()
        return execute(*given)

    @contextmanager
    def listening(self) -> Iterator[None]:
        from django.db import connection

        commit = connection.commit

        def committing() -> None:
            self.tick()
            commit()

        connection.commit = committing  # type: ignore[method-assign]
        try:
            with connection.execute_wrapper(self):
                yield
        finally:
            connection.commit = commit  # type: ignore[method-assign]


def in_child(database: str, work: Callable[[], Any]) -> tuple[int, Any]:
    """Do something in a fork, on a database of its own: the signal that ended it, and what it found."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        code = 1
        try:
            from django.db import connection

            from maillage import places

            connection.settings_dict["NAME"] = database
            places.forget()
            found = json.dumps(work(), default=str).encode()
            connection.close()
            with os.fdopen(writing, "wb") as out:
                out.write(found)
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        found = told.read()
    _pid, status = os.waitpid(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, json.loads(found or "null")


def played(case: Case, folder: Path, until: int = 0) -> int:
    """The load, counted, or killed at one of its statements."""
    counter = Counter(until)
    with counter.listening():
        case.take_up(folder)
    return counter.seen


def state(case: Case) -> str:
    """What the load left, as one digest."""
    from django.db import connection

    whole = hashlib.sha256()
    with connection.cursor() as cursor:
        for question in case.left:
            cursor.execute(question)
            whole.update(repr(cursor.fetchall()).encode())
    return whole.hexdigest()


def lives(
    case: Case, kills: int, chance: random.Random, at: Databases, files: Path, found: Found
) -> None:
    """One load played whole, then killed so many times, once or twice before it is taken up."""
    begun = at.copy(at.template)
    if case.before:
        signal_, _ = in_child(begun, lambda: case.before and case.before(files))
        assert not signal_
    whole = at.copy(begun)
    _, found.statements[case.name] = in_child(whole, lambda: played(case, files))
    _, expected = in_child(whole, lambda: state(case))
    at.drop(whole)
    done = until = 0
    while done < kills:
        copy = at.copy(begun)
        for _ in range(min(chance.choice((1, 1, 2)), kills - done)):
            until = chance.randint(1, found.statements[case.name])
            ended, _ = in_child(copy, lambda until=until: played(case, files, until))  # type: ignore[misc]
            found.kills[case.name] = found.kills.get(case.name, 0) + (ended == signal.SIGKILL)
            done += 1
        in_child(copy, lambda: case.take_up(files))
        _, left = in_child(copy, lambda: state(case))
        if left != expected:
            found.wrong.append(f"{case.name}, killed at {until} of {found.statements[case.name]}")
        at.drop(copy)
    at.drop(begun)


def main() -> int:
    """Kill, and tell as JSON what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.site.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from maillage.intake.declared import importers
    from maillage.ledger import past
    from maillage.register.importers import spool

    # Small steps: a kill falls between many of them.
    spool.CHUNK, past.STEP = 40, 50
    for importer in importers().values():
        object.__setattr__(importer, "chunk", 40)
    call_command("migrate", verbosity=0)
    prepare()
    connection.close()
    chance, found = random.Random(asked.seed), Found()  # noqa: S311 -- the same kills again from a seed
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        files.mkdir()
        write_files(files)
        connection.close()
        at = Databases(Path(folder))
        for rank, case in enumerate(CASES):
            share = asked.kills // len(CASES) + (rank < asked.kills % len(CASES))
            lives(case, share, chance, at, files, found)
    sys.stdout.write(json.dumps(found.__dict__))
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
