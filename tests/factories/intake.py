"""Loads of tests: a load of neighbourhoods in any state, refused rows, files as somebody sends them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.intake import actions, loading
from maillage.intake.models import Load, Reject
from maillage.kernel import clock
from tests.intake import files

BY = System("test")
ROW = {
    "code": "QP059001",
    "name": "Moulins",
    "geometry": '{"type": "Point", "coordinates": [3, 50]}',
}


def load(**facts: Any) -> Load:
    """A load of priority neighbourhoods given long ago, in the state asked for."""
    ago = clock.now() - timedelta(days=1)
    given = {
        "source": "qpv",
        "staged_at": ago,
        "files": [{"role": "file", "name": "qpv.geojson", "sha256": "0" * 64}],
        "counts": {"read": 3, "rejected": 1, "new": 2},
    } | facts
    if given.get("state") in {"active", "undone", "undoing"}:
        given = {"activated_at": ago, "settled_at": ago} | given
    if given.get("state") in {"undone", "undoing"}:
        given = {"undone_at": ago} | given
    return Load.objects.create(**given)


def reject(of: Load, **facts: Any) -> Reject:
    """A row refused for its outline, whose cells were kept."""
    given = {"file": "qpv.geojson", "line": 7, "column": "geometry", "code": "shape", "row": ROW}
    return Reject.objects.create(load=of, **(given | facts))


def features(*names: str) -> bytes:
    """Neighbourhoods side by side in Lille, one for each name; their codes follow."""
    return files.geojson(
        ({"code_qp": f"QP0590{n:02}", "nom_qp": name}, files.square(3.0 + n / 50, 50.62))
        for n, name in enumerate(names, 1)
    )


def sent(content: bytes, name: str = "qpv.geojson", slot: str = "file") -> actions.Sent:
    """A file as it comes in."""
    return actions.Sent(slot, name, [content])


def received(
    content: bytes, *, source: str = "qpv", name: str = "qpv.geojson", by: Actor = BY, **given: str
) -> Load:
    """A file taken in; nobody has read it yet."""
    return actions.receive(source=source, files=[sent(content, name)], given=given, by=by)


def previewed(content: bytes, **how: Any) -> Load:
    """A file read by the worker."""
    load = received(content, **how)
    loading.preview(load)
    load.refresh_from_db()
    return load


def applied(content: bytes, **how: Any) -> Load:
    """A file read, confirmed and applied."""
    load = previewed(content, **how)
    actions.confirm(load=load, by=how.get("by", BY))
    load.refresh_from_db()
    loading.apply(load)
    load.refresh_from_db()
    return load


MAPPING = """
kind = "outreach.visit_done"

[columns]
occurred_on = "Date"
siret = "SIRET"
name = "Entreprise"
commune = "Commune"
kind = "Résultat"
theme = "Besoin"
reference = "N°"

[kinds]
"Visite faite" = "outreach.visit_done"
"Absent" = "outreach.visit_absent"
"Besoin" = "outreach.need_expressed"

[themes]
"Numérique" = "digital"
"""


def past_load(owner: Organisation, **facts: Any) -> Load:
    """A load of past acts that an organisation gave."""
    given = {"source": "past_acts", "organisation": owner.pk, "given": {"mapping": MAPPING}} | facts
    return load(**given)
