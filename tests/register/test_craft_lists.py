"""The list of activities that a chamber counts as craft: typed, previewed, published, read for ever."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given, strategies as st

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.register import activities, crafts, criteria
from maillage.register.actions import publish_crafts
from maillage.register.models import CraftList
from maillage.register.models.crafts import LAST_BIT
from tests.factories import accounts, register as make

SINCE = date(2020, 1, 1)
EDIT = "/entreprises/segments/artisanat/"


def publish(by: Actor, codes: str = "10.71C\n43", **given: object) -> CraftList:
    told = {"since": SINCE, "because": "Décision du bureau", "once": uuid4()} | given
    return publish_crafts(codes=codes, by=by, **told)


@pytest.fixture
def officer() -> Actor:
    return accounts.actor(Role.OFFICER, accounts.organisation("chamber", short_name="CMA"))


def test_a_line_names_a_division_a_class_or_a_subclass_and_its_label_is_passed_over() -> None:
    codes, bad = crafts.read(
        "43 travaux\n\n10.71C Boulangerie\n1071D\n96.02 ; coiffure et beauté\n"
    )

    assert bad == []
    assert {"10.71C", "10.71D", "96.02A", "96.02B", "43.22A"} <= set(codes)
    assert "10.71A" not in codes
    assert set(codes) <= set(activities.subclasses())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("boulangerie", "43 ou 10.71C"), ("99.99Z rien", "NAF 2025"), ("10.71X", "NAF 2025"),
        ("107111", "43 ou 10.71C"), ("43.22A plomberie", "ligne 1"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_taken_says_which_why_and_what_to_do(line: str, reason: str) -> None:
    codes, bad = crafts.read(f"43\n{line}\n")

    assert [one.line for one in bad] == [2]
    assert reason in str(bad[0])
    assert line.split(maxsplit=1)[0] in str(bad[0])
    assert codes


def test_the_text_of_a_list_reads_back_as_the_same_list() -> None:
    codes = crafts.decree()

    assert crafts.read(crafts.text_of(codes)) == (codes, [])
    assert "10.71C" in codes
    assert "62.01Z" not in codes


@given(st.lists(st.sampled_from(activities.subclasses()), unique=True, max_size=40))
def test_whatever_the_order_of_its_lines_a_list_is_the_same(codes: list[str]) -> None:
    read, bad = crafts.read("\r\n".join(code.replace(".", "") for code in codes))

    assert (list(read), bad) == (sorted(codes), [])
    assert crafts.digest(read) == crafts.digest(crafts.read("\n".join(sorted(codes)))[0])


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused_line_by_line(text: str) -> None:
    codes, bad = crafts.read(text)

    lines = text.splitlines()
    assert set(codes) <= set(activities.subclasses())
    assert len(bad) <= len([line for line in lines if line.strip()])
    assert all(lines[one.line - 1].strip() == one.text for one in bad)


@given(st.sets(st.sampled_from(activities.subclasses()), min_size=1, max_size=9), st.data())
def test_a_class_or_a_division_stands_for_all_that_is_under_it(
    codes: set[str], data: st.DataObject
) -> None:
    lengths = st.sampled_from([2, 5])
    told = {code[: data.draw(lengths)] for code in codes}
    alone = {
        one for one in told if not any(one != other and one.startswith(other) for other in told)
    }

    read, bad = crafts.read("\n".join(sorted(alone)))

    assert bad == []
    assert codes <= set(read)
    assert all(any(code.startswith(one) for one in alone) for code in read)


@pytest.mark.django_db
def test_each_version_is_a_criterion_of_its_own_and_the_one_before_keeps_its_codes(
    officer: Actor,
) -> None:
    first, second = publish(officer, "10.71C"), publish(officer, "10.71D")

    assert [(one.number, one.bit) for one in (first, second)] == [(1, 32), (2, 33)]
    assert criteria.codes_of(first.bit) == ["10.71C"]
    names = [str(one.label.fr) for one in criteria.named(1 << first.bit | 1 << second.bit)]
    assert names == ["Artisanat (liste de CMA, version 1)", "Artisanat (liste de CMA, version 2)"]
    offered = [one.bit for one in criteria.offered() if criteria.is_of_list(one.bit)]
    assert offered == [second.bit]


@pytest.mark.django_db
def test_two_chambers_have_each_their_list(officer: Actor) -> None:
    other = accounts.actor(Role.ADMINISTRATOR, accounts.organisation("chamber"))

    lists = [publish(officer), publish(other), publish(officer, "10.71C")]

    assert [(one.number, one.bit) for one in lists] == [(1, 32), (1, 33), (2, 34)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "kind"),
    [
        (Role.ADVISER, "chamber"), (Role.ELECTED, "chamber"), (Role.AUDITOR, "chamber"),
        (Role.OFFICER, "epci"), (Role.ADMINISTRATOR, "funder"),
    ],
)  # fmt: skip
def test_only_those_who_answer_for_a_chamber_publish(role: Role, kind: str) -> None:
    with pytest.raises(NotAllowed):
        publish(accounts.actor(role, accounts.organisation(kind)))
    assert not CraftList.objects.exists()


@pytest.mark.django_db
def test_sent_twice_it_is_published_once_and_another_content_is_a_conflict(officer: Actor) -> None:
    once = uuid4()

    assert publish(officer, once=once).pk == publish(officer, once=once).pk
    with pytest.raises(Conflict):
        publish(officer, "10.71C", once=once)
    with pytest.raises(Conflict):
        publish(officer, because="Autre chose", once=once)
    assert CraftList.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("codes", "because", "field"),
    [("", "Oui", "codes"), ("pain", "Oui", "codes"), ("10.71C", "  ", "because")],
)
def test_a_list_that_says_nothing_is_refused_on_its_field(
    officer: Actor, codes: str, because: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        publish(officer, codes, because=because)
    assert list(refused.value.fields) == [field]


@pytest.mark.django_db
def test_a_version_that_changes_nothing_is_refused(officer: Actor) -> None:
    publish(officer)
    with pytest.raises(Invalid, match="version 1"):
        publish(officer)


@pytest.mark.django_db
def test_when_every_bit_is_taken_it_is_said_and_none_is_used_twice(officer: Actor) -> None:
    make.craft_list(officer.acting_for(), bit=LAST_BIT)

    with pytest.raises(Conflict, match="30"):
        publish(officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.craft_list(accounts.organisation(), bit=LAST_BIT)


@pytest.mark.django_db
def test_the_preview_counts_the_active_firms_that_enter_and_leave(officer: Actor) -> None:
    two_places = make.establishment(activity="62.01Z").legal_unit
    make.establishment(activity="10.71C", legal_unit=two_places)
    for activity in ("10.71C", "62.01Z", "62.01Z", "96.02A"):
        make.establishment(activity=activity)
    make.establishment(activity="62.01Z", spell_state="F")

    first = crafts.effect(("10.71C", "62.01Z"), officer.acting_for())
    assert (first.firms, first.entering, first.leaving) == (4, 2, 1)
    assert first.added == [("62.01Z", activities.label("62.01Z"))]

    publish(officer, "10.71C")
    second = crafts.effect(("62.01Z",), officer.acting_for())
    assert (second.firms, second.entering, second.leaving) == (3, 2, 1)
    assert second.before is not None
    assert second.changes
    assert not crafts.effect(("10.71C",), officer.acting_for()).changes


@pytest.mark.django_db
def test_on_screen_the_list_is_typed_previewed_then_published(client: Client) -> None:
    chamber = accounts.organisation("chamber", short_name="CMA")
    accounts.signed_in(client, Role.OFFICER, chamber)
    make.establishment(activity="62.01Z")
    page = client.get(EDIT)
    typed = {
        "codes": "62.01Z programmation", "since": "2020-01-01", "because": "Décret",
        "once": page.context["form"]["once"].value(),
    }  # fmt: skip
    assert "10.71C" in page.context["form"]["codes"].value()

    seen = client.post(EDIT, typed)
    assert seen.status_code == 200
    assert seen.context["effect"].entering == 1
    assert not CraftList.objects.exists()

    other = client.post(EDIT, typed | {"codes": "62.02A", "previewed": seen.context["previewed"]})
    assert other.context["previewed"] != seen.context["previewed"]
    assert not CraftList.objects.exists()

    done = client.post(EDIT, typed | {"previewed": seen.context["previewed"]}, follow=True)
    again = client.post(EDIT, typed | {"previewed": seen.context["previewed"]}, follow=True)
    assert CraftList.objects.get().codes == ["62.01Z"]
    for response in (done, again):
        text = response.content.decode()
        assert "Programmation informatique" in text
        assert "Décret" in text

    listed = Client().get(reverse("register:segments")).content.decode()
    assert "Artisanat (liste de CMA, version 1)" in listed


@pytest.mark.django_db
def test_on_screen_bad_lines_are_told_and_nothing_typed_is_lost(client: Client) -> None:
    accounts.signed_in(client, Role.ADMINISTRATOR, accounts.organisation("chamber"))

    page = client.post(EDIT, {"codes": "10.71C\npain & sel\n", "since": "", "because": ""})

    assert page.status_code == 422
    text = page.content.decode()
    assert "ligne 2" in text
    assert "pain &amp; sel" in text


@pytest.mark.django_db
def test_an_intercommunality_reads_the_rules_and_edits_none(client: Client) -> None:
    accounts.signed_in(client, Role.OFFICER, accounts.organisation("epci"))

    assert client.get(EDIT).status_code == 403
    rules = client.get(reverse("register:segments"))
    assert EDIT not in rules.content.decode().replace(reverse("register:segments") + '"', "")
