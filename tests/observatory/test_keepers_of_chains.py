"""The heads printed for a witness: a name for people to read, a key for machines to compare."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.observatory import witness
from tests.factories import accounts, observatory as make
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db


def test_each_chain_is_named_after_its_keeper_and_a_keeper_who_is_gone_stays_a_key() -> None:
    known, gone = accounts.organisation(name="Chambre de métiers"), str(uuid4())

    heads = witness.named([(str(known.key), 12, "a" * 64), (gone, 3, "b" * 64)])

    assert heads == [
        witness.Head("Chambre de métiers", str(known.key), 12, "a" * 64),
        witness.Head("", gone, 3, "b" * 64),
    ]


def test_no_chain_is_no_head() -> None:
    assert witness.named([]) == []


def test_a_publication_names_the_keepers_of_the_acts_it_read(client: Client) -> None:
    place = make.situation()
    place.visits("2019-06-03 2019-06-04 2019-07-01")
    with clock.at(noon("2020-06-30")):
        made = place.publish()
        accounts.signed_in(client, Role.OFFICER, place.epci)
        page = client.get(reverse("observatory:publication", args=[made.key])).content.decode()

    for keeper, seq, hash_ in made.heads:
        (head,) = witness.named([(keeper, seq, hash_)])
        assert head.name
        assert head.name in page
        assert hash_ in page
