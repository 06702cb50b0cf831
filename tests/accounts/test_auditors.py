"""An auditor is named from the machine: no administrator gives that role on screen."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from maillage.accounts import auditors
from maillage.accounts.models import Change, Membership, Organisation, Person
from maillage.accounts.roles import Role
from maillage.kernel.errors import Invalid
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def chamber() -> Organisation:
    return make.organisation(name="Chambre de métiers", short_name="CMA", siren="130022718")


def named(*words: str) -> str:
    out = StringIO()
    given = ("--name", "Nora Martin", "--email", "Nora@audit.example")
    call_command("name_auditor", *given, *words, stdout=out)
    return out.getvalue()


def auditors_there() -> list[Membership]:
    every = Membership.objects.unscoped(reason="tests read all")
    return list(every.filter(role=Role.AUDITOR).select_related("person", "organisation"))


@pytest.mark.parametrize("called", ["CMA", "cma", "Chambre de métiers", "130 022 718"])
def test_an_auditor_is_named_for_an_organisation_however_it_is_called(
    chamber: Organisation, called: str
) -> None:
    assert "Nora Martin" in named("--organisation", called)
    (held,) = auditors_there()
    assert (held.organisation, held.person.email) == (chamber, "nora@audit.example")
    assert not held.person.has_usable_password()


def test_the_same_command_again_changes_nothing_and_says_so(chamber: Organisation) -> None:
    first = json.loads(named("--organisation", "CMA", "--json"))
    second = json.loads(named("--organisation", "CMA", "--json"))
    assert (first["new"], second["new"]) == (True, False)
    assert len(auditors_there()) == 1
    assert "already, since" in named("--organisation", "CMA")


def test_the_journal_says_that_the_machine_named_them(chamber: Organisation) -> None:
    named("--organisation", "CMA")
    line = Change.objects.unscoped(reason="tests read all").get()
    assert (line.what, line.by, line.organisation) == (Change.What.MEMBERSHIP_OPENED, None, chamber)


def test_an_organisation_that_is_not_there_is_refused_with_those_that_are(
    chamber: Organisation,
) -> None:
    with pytest.raises(CommandError, match="CMA"):
        named("--organisation", "MEL")
    assert not auditors_there()


def test_two_organisations_of_one_name_are_told_apart_by_their_number(
    chamber: Organisation,
) -> None:
    make.organisation(name="Chambre de métiers", short_name="CMA")
    with pytest.raises(Invalid, match="2"):
        auditors.name_auditor(organisation="CMA", name="Nora", email="n@audit.example")
    held, new = auditors.name_auditor(
        organisation="130022718", name="Nora", email="n@audit.example"
    )
    assert (held.organisation, new) == (chamber, True)


def test_a_wrong_address_names_nobody(chamber: Organisation) -> None:
    with pytest.raises(Invalid):
        auditors.name_auditor(organisation="CMA", name="Nora", email="nowhere")
    assert not Person.objects.exists()
