"""The two journals of accounts, written once: who read something confidential, whose rights changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _, gettext_noop

from maillage.accounts.actors import Actor
from maillage.accounts.models import Access, Change, Organisation, Person
from maillage.accounts.rights import words
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.ui.formats import day


def read(actor: Actor, resource: str, object_key: object, subject_key: object, why: str) -> Access:
    """Somebody reads something confidential about a firm: the firm can ask who, when and why.

    A reason of our own is given untranslated (`gettext_noop`): the journal outlives the reader's language.

    Raises:
        Invalid: no reason is given.
    """
    if not why.strip():
        raise Invalid(_("Say why you read this confidential information."))
    return Access.objects.create(
        person=actor.person,
        organisation=actor.organisation,
        resource=resource,
        object_key=str(object_key),
        subject_key=str(subject_key),
        why=why.strip()[:300],
    )


def read_all(
    actor: Actor, resource: str, read_ones: Iterable[tuple[object, object]], why: str
) -> None:
    """Somebody reads a list of confidential things: one line for each record and the firm it is about."""
    rows = [
        Access(
            person=actor.person,
            organisation=actor.organisation,
            resource=resource,
            object_key=str(key),
            subject_key=str(subject),
            why=why[:300],
        )
        for key, subject in read_ones
    ]
    Access.objects.bulk_create(rows)


SHEET = "enterprise_sheet"
"""The resource of a sheet opened in the course of work: not confidential, but the firm is told who looked."""


def looked(actor: Actor, *subject_keys: object) -> None:
    """Somebody reads what was done with firms: noted once a day, so that each can be told who looked."""
    yesterday = clock.end_of_day(clock.today() - timedelta(days=1))
    today = Access.objects.unscoped(reason="one line a day, whoever reads the journal").filter(
        person=actor.person, organisation=actor.organisation, resource=SHEET, at__gt=yesterday
    )
    asked = dict.fromkeys(map(str, subject_keys))
    noted = today.filter(subject_key__in=asked).values_list("subject_key", flat=True)
    for key in asked.keys() - set(noted):
        read(actor, SHEET, key, key, gettext_noop("Sheet opened"))


def changed(
    what: Change.What, *, by: Actor, organisation: Organisation, key: object, **detail: Any
) -> Change:
    """A right of an organisation's people or partners began or ended."""
    return Change.objects.create(
        by=by.person, organisation=organisation, what=what, object_key=str(key), detail=detail
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A change of rights as a page shows it: whose right, or what was shared with whom."""

    change: Change
    about: str


def told(changes: Iterable[Change]) -> list[Told]:
    """Changes in words, in as many queries for ten as for fifty; an erased person has no name."""
    rows = list(changes)
    people = _named(Person, (row.detail.get("person") for row in rows))
    partners = _named(Organisation, (row.detail.get("to") for row in rows))
    return [Told(row, _about(row.detail, people, partners)) for row in rows]


def _named(model: type[Person | Organisation], keys: Iterable[str | None]) -> dict[str, str]:
    found = model._default_manager.filter(key__in=set(filter(None, keys)))  # noqa: SLF001
    return {str(one.key): str(one) for one in found}


def _about(detail: dict[str, str], people: dict[str, str], partners: dict[str, str]) -> str:
    if "person" in detail:
        role = Role(detail["role"]).label
        return f"{people.get(detail['person'], '–')}, {role}"
    if (
        "offered" in detail
    ):  # to whom is not kept: an address that never answered is nobody's business
        return str(Role(detail["offered"]).label)
    if "to" not in detail:
        return detail.get("name", "")
    what = f"{words(detail['resource'])}, {Sensitivity(detail['sensitivity']).label}"
    return _("%(what)s, to %(who)s until %(until)s. %(purpose)s") % {
        "what": what,
        "who": partners.get(detail["to"], "–"),
        "until": day(date.fromisoformat(detail["until"])),
        "purpose": detail["purpose"],
    }
