"""The trades of France in PostgreSQL: both files' columns loaded by COPY into unlogged tables, then SQL by hand.

The same eleven sums as `peers.national`. DuckDB pours the columns out as CSV, which is the quickest way known to bring
Parquet there; tables have no key and no index.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from bench.peers import national

POURED = (
    ("units", "siren text, ess text", "SELECT siren, economieSocialeSolidaireUniteLegale FROM '{units}'"),
    (
        "places",
        "siren text, born date, since date, state text, code text, trade text, seat boolean",
        ("SELECT siren, dateCreationEtablissement, dateDebut, etatAdministratifEtablissement, codeCommuneEtablissement,"
        " activitePrincipaleRegistreMetiersEtablissement, etablissementSiege FROM '{places}'"),
    ),
    ("codes", "code text, commune text, epci text", "SELECT code, commune, epci FROM '{codes}'"),
    ("against", "epci text, inhabitants bigint, communes bigint",
     "SELECT epci, inhabitants, communes FROM '{territories}'"),
)  # fmt: skip

JOB = """
CREATE UNLOGGED TABLE spells AS
SELECT epci, commune, coalesce(trade, '') AS trade, social.siren IS NOT NULL AS is_social, born, closed - 1 AS gone
FROM (SELECT siren, code, trade, born, CASE WHEN state = 'F' THEN since ELSE DATE '9999-12-31' END AS closed
      FROM places WHERE seat) AS seats
LEFT JOIN (SELECT siren FROM units WHERE ess = 'O') AS social USING (siren) JOIN codes USING (code)
WHERE (trade <> '' OR social.siren IS NOT NULL) AND born <> DATE '1900-01-01' AND born <= DATE '{as_of}'
  AND born < closed AND closed > DATE '{first}-01-01';
CREATE UNLOGGED TABLE practised AS
SELECT epci, commune, trade, born, gone FROM spells WHERE trade <> ''
UNION ALL SELECT epci, commune, 'ess_sirene', born, gone FROM spells WHERE is_social;
ANALYZE practised;
CREATE UNLOGGED TABLE communes AS
SELECT epci, commune, trade, year, count(*) FILTER (WHERE born < opens) AS active,
       count(*) FILTER (WHERE born >= opens) AS creations,
       count(*) FILTER (WHERE gone < shuts AND gone <= DATE '{as_of}') AS cessations
FROM practised JOIN (
    SELECT y AS year, make_date(y, 1, 1) AS opens, make_date(y + 1, 1, 1) AS shuts
    FROM generate_series({first}, {last}) AS told(y)) AS years ON born < shuts AND gone >= opens
GROUP BY epci, commune, trade, year;
CREATE UNLOGGED TABLE territories AS
WITH lives AS (
    SELECT epci, trade, CAST(extract(year FROM born) AS integer) AS year,
           count(*) FILTER (WHERE gone >= born + INTERVAL '3 years') AS three,
           count(*) FILTER (WHERE gone >= born + INTERVAL '5 years') AS five
    FROM practised WHERE born >= DATE '{first}-01-01' AND epci <> '' GROUP BY 1, 2, 3
), summed AS (
    SELECT epci, trade, year, sum(active) AS active, sum(creations) AS creations, sum(cessations) AS cessations,
           count(*) FILTER (WHERE active > 0) AS having_it
    FROM communes WHERE epci <> '' GROUP BY 1, 2, 3
), told AS (
    SELECT epci, trade, year, active, creations, cessations,
           CAST(creations AS float) / nullif(active, 0) AS creation_rate,
           CASE WHEN year + 4 <= {whole} THEN CAST(three AS float) / nullif(creations, 0) END AS survival_3y,
           CASE WHEN year + 6 <= {whole} THEN CAST(five AS float) / nullif(creations, 0) END AS survival_5y,
           CAST(active AS float) * 1000.0 / nullif(inhabitants, 0) AS density, communes - having_it AS communes_without
    FROM summed JOIN against USING (epci) LEFT JOIN lives USING (epci, trade, year)
)
SELECT *, CASE WHEN active > 0 THEN rank() OVER (
    PARTITION BY trade, year ORDER BY density DESC NULLS LAST) END AS rank
FROM told;
"""

SUMS = (
    "SELECT count(*), sum(active), sum(creations), sum(cessations) FROM communes",
    (
        "SELECT count(*), round(CAST(sum(density) AS numeric), 3), sum(rank), round(CAST(sum(survival_3y) AS numeric), 3),"
        " round(CAST(sum(survival_5y) AS numeric), 3), round(CAST(sum(creation_rate) AS numeric), 3), sum(communes_without)"
        " FROM territories"
    ),
)


def load(cursor: Any, folder: Path, as_of: date) -> None:
    """Pour the columns into tables."""
    names, connection = national.named(folder, folder, as_of), national.connection(1)
    for table, columns, query in POURED:
        poured = folder / f"{table}.csv"
        connection.execute(
            f"COPY ({query.format(**names)}) TO '{poured}' (FORMAT csv, HEADER false)"
        )
        cursor.execute(f"CREATE UNLOGGED TABLE {table} ({columns})")
        with (
            poured.open("rb") as stream,
            cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy,
        ):
            while block := stream.read(1 << 20):
                copy.write(block)
        poured.unlink()
        cursor.execute(f"ANALYZE {table}")


def job(cursor: Any, folder: Path, as_of: date) -> None:
    """Count."""
    for statement in JOB.format(**national.named(folder, folder, as_of)).split(";\n"):
        if statement.strip():
            cursor.execute(statement)


def sums(cursor: Any) -> dict[str, float]:
    """What must be the same whoever counted."""
    found = [cell for query in SUMS for cell in cursor.execute(query).fetchone()]
    return dict(zip(national.SUMS, map(float, found), strict=True))
