"""The guard of owned records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Count
from django.http import Http404

from maillage.accounts.actors import ANONYMOUS, System
from maillage.accounts.models import Membership, Organisation, Share
from maillage.accounts.roles import Role
from maillage.accounts.scoping import ScopedQuerySet, UnscopedAccess, get_visible_or_404
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


def allowed() -> Any:
    return Share.objects.unscoped(reason="test")


DOORS: dict[str, Callable[[Any], Any]] = {
    "evaluate": list,
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "truth": bool,
    "first": lambda rows: rows.first(),
    "get": lambda rows: rows.get(pk=1),
    "iterator": lambda rows: list(rows.iterator()),
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "aggregate": lambda rows: rows.aggregate(n=Count("pk")),
    "update": lambda rows: rows.update(purpose="x"),
    "delete": lambda rows: rows.delete(),
    "in_bulk": lambda rows: rows.in_bulk(),
    "slice": lambda rows: rows[0],
    "explain": lambda rows: rows.explain(),
    "subquery": lambda rows: list(Organisation.objects.filter(shares_granted__in=rows)),
    "raw delete": lambda rows: rows._raw_delete("default"),
    "or": lambda rows: list(allowed() | rows),
    "and": lambda rows: list(allowed() & rows),
    "xor": lambda rows: list(allowed() ^ rows),
    "union": lambda rows: list(allowed().order_by().union(rows.order_by())),
    "raw": lambda rows: list(rows.raw("SELECT * FROM accounts_share")),
}


@pytest.mark.parametrize("door", DOORS)
def test_owned_records_are_not_read_for_nobody_in_particular(door: str) -> None:
    with pytest.raises(UnscopedAccess):
        DOORS[door](Share.objects.all())


@pytest.mark.parametrize("door", sorted(set(DOORS) - {"get", "slice"}))
def test_they_are_read_once_the_reason_is_given(door: str) -> None:
    DOORS[door](Share.objects.unscoped(reason="test").order_by("pk"))


def test_a_reason_is_required_to_read_everything() -> None:
    with pytest.raises(UnscopedAccess):
        Share.objects.unscoped(reason=" ")


def test_filters_after_the_scope_keep_it_and_filters_before_do_not_open_it() -> None:
    actor = make.actor()
    assert Share.objects.visible_to(actor).filter(resource="visits").count() == 0
    assert Share.objects.filter(resource="visits").visible_to(actor).count() == 0
    with pytest.raises(UnscopedAccess):
        Share.objects.filter(resource="visits").exclude(pk=3).count()


def test_an_empty_queryset_needs_no_scope() -> None:
    assert list(Share.objects.none()) == []


def test_relations_stay_plain() -> None:
    someone = make.person()
    membership = someone.memberships.get()
    assert membership.person == someone
    membership.refresh_from_db()
    membership.delete()
    assert someone.memberships.count() == 0


def test_a_foreign_record_does_not_exist() -> None:
    ours, theirs, others = (make.organisation() for _ in range(3))
    share = make.share(theirs, others, "visits")
    with pytest.raises(Http404):
        get_visible_or_404(Share.objects, make.actor(Role.ADMINISTRATOR, ours), key=share.key)
    assert (
        get_visible_or_404(Share.objects, make.actor(organisation=theirs), key=share.key) == share
    )
    assert get_visible_or_404(Share.objects, System("test"), key=share.key) == share
    with pytest.raises(Http404):
        get_visible_or_404(Share.objects, ANONYMOUS, key=share.key)


def test_a_model_that_says_nothing_shows_nothing() -> None:
    with pytest.raises(NotImplementedError):
        ScopedQuerySet(Membership).visible_to(ANONYMOUS)
