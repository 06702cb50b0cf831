"""What could go wrong in a line, a cell or another database, put into an instance once."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.sessions.models import Session

from maillage.accounts.models import Access, Bucket, Organisation
from maillage.places.models import Outline
from maillage.register import indexing
from maillage.register.models import Establishment, LegalUnit, Load
from maillage.site.models import beat

LOADS = "intake_load"
LATER = datetime(2030, 1, 1, tzinfo=UTC)
TEXTS = (
    "",
    "\\N",
    "\\",
    "a\tb\nc\rd\be\ff\vg",
    'x,y;"z"',
    "=1+1",
    "-2",
    "+33 3 20",
    "@SUM(A1)",
    " both sides ",
    "\u00e9\u0301 \U0001f6b2 \u2028 \x7f \x1f",
    "'quoted' -- ; DROP",
    "%s %(name)s {0}",
    "t",
    "NULL",
)
NUMBERS = (3.0, -0.1, 1e-7, 50.63689012345679, 1e15, -1.5e16, 1e22, 5e-324, 0.1 + 0.2)
DOCUMENTS = (
    {"b": 1, "aa": [1.0, 1.50, 1e-7, 1e22, -0.0, True, None], "a": {"\u00e9": '\\ " \n \x1f \x7f'}},
    {"nested": [[], {}, [{"z": 0, "y": {"k" * 40: "v"}}]]},
    [],
    {},
    {"": ""},
)


def everything() -> None:
    """Write each of them into tables of every kind."""
    for number, text in enumerate(TEXTS):
        unit = LegalUnit.objects.create(name=text, siren=None, acronym=text[:20])
        place = Establishment.objects.create(
            legal_unit=unit, commune="59350", trade_name=text, street=text, siret=None,
            lon=NUMBERS[number % len(NUMBERS)], lat=None,
        )  # fmt: skip
        indexing.refresh([place.pk])
    for document in DOCUMENTS:
        Load.objects.create(
            state="failed", counts=document, files=[document],
            staged_at=datetime(2020, 2, 29, 23, 59, 59, 999999, tzinfo=UTC),
        )  # fmt: skip
    for number, content in enumerate((b"", bytes(range(256)), b"\\x41\n\t\\")):
        Outline.objects.create(code=f"9900{number}", department="99", exact=content, screen=content)
    gone = Organisation.objects.create(name="Gone", kind="chamber")
    Access.objects.create(
        at=datetime(2020, 6, 30, tzinfo=UTC), person=None, organisation=gone,
        resource="visit", object_key="k", subject_key="s", why="\t",
    )  # fmt: skip
    gone.delete()
    _what_is_left_out()
    (settings.HOME / "heads").mkdir()
    (settings.HOME / "heads" / "été 2020.txt").write_text("# maillage heads\n", encoding="utf-8")
    (settings.HOME / "static").mkdir()
    (settings.HOME / "static" / "page.css").write_text("body {}")
    (settings.HOME / "secret_key").write_text("the secret of the instance")


def _what_is_left_out() -> None:
    beat("worker")
    Bucket.objects.create(name="sign-in", digest="d" * 64, expires_at=LATER)
    Session.objects.create(session_key="s" * 32, session_data="x", expire_date=LATER)
