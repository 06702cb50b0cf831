"""A colleague was quicker: both texts are shown, and nothing that was typed is lost."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.conventions.actions import texts
from maillage.conventions.models import Axis, Convention, Version
from maillage.kernel.errors import Conflict, Invalid
from tests.factories import conventions as make
from tests.factories.accounts import actor, organisation, signed_in

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"conventions:{name}", args=args)


@pytest.fixture
def draft() -> Version:
    return make.convention_of(organisation("epci"), slug="d", signed=False).versions.get()


@pytest.fixture
def colleague(draft: Version) -> Actor:
    return actor(Role.OFFICER, draft.convention.keeper)


@pytest.fixture
def me(client: Client, draft: Version) -> Client:
    signed_in(client, Role.OFFICER, draft.convention.keeper)
    return client


def sign(draft: Version, by: Actor) -> None:
    texts.sign(version=draft, signed_on=date(2019, 6, 1), by=by)


def sent(client: Client, address: str, status: int = 409, **typed: Any) -> str:
    response = client.post(address, typed)
    assert response.status_code == status, response.content.decode()[-2000:]
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


HEAD = {"version": 0, "title": "Mon titre", "basis": "signed_text", "words": "Mes mots"}


def test_a_text_signed_while_i_edit_a_line_shows_both_texts(
    me: Client, draft: Version, colleague: Actor
) -> None:
    axis = draft.axes.get()
    sign(draft, colleague)
    shown = sent(
        me, url("edit_line", "d", "axes", axis.pk), version=0, code="1", title="Mon long titre"
    )
    assert "Votre modification est arrivée trop tard" in shown
    assert "Ce texte a été signé entre-temps : il ne change plus." in shown
    assert ">Prospecter</td>" in shown
    assert ">Mon long titre</td>" in shown
    assert f'action="{url("amend", "d")}"' in shown
    axis.refresh_from_db()
    assert axis.title == "Prospecter"


def test_a_text_signed_while_i_add_a_line_gives_back_what_i_typed(
    me: Client, draft: Version, colleague: Actor
) -> None:
    sign(draft, colleague)
    typed = {"once": uuid4(), "code": "2", "title": "Un axe longuement pensé"}
    shown = sent(me, url("add_line", "d", "axes"), **typed)
    assert ">Un axe longuement pensé</td>" in shown
    assert Axis.objects.count() == 1


def test_a_text_signed_while_i_edit_its_head_shows_both_texts(
    me: Client, draft: Version, colleague: Actor
) -> None:
    sign(draft, colleague)
    shown = sent(me, url("edit_head", "d"), **HEAD)
    assert ">Mes mots</td>" in shown
    assert ">Mon titre</td>" in shown
    assert ">Convention MEL et CMA</td>" in shown


def test_an_amendment_already_begun_is_where_i_am_sent(
    me: Client, draft: Version, colleague: Actor
) -> None:
    axis = draft.axes.get()
    sign(draft, colleague)
    texts.amend(convention=draft.convention, by=colleague)
    address = url("edit_line", "d", "axes", axis.pk)
    shown = sent(me, address, version=0, code="1", title="Mon titre")
    assert ">Mon titre</td>" in shown
    assert f'href="{url("edit", "d")}"' in shown
    assert url("amend", "d") not in shown


def test_a_line_struck_out_while_i_edit_it_gives_back_what_i_typed(
    me: Client, draft: Version, colleague: Actor
) -> None:
    line = draft.budget.get()
    texts.remove_line(version=draft, model=type(line), pk=line.pk, by=colleague)
    address = url("edit_line", "d", "budget", line.pk)
    shown = sent(me, address, version=0, amount_cents="1234,50", source="Ma source")
    assert "Cette ligne a été retirée du projet entre-temps." in shown
    assert ">Ma source</td>" in shown
    assert ">1234,50</td>" in shown
    assert draft.budget.count() == 0


def test_what_was_chosen_is_given_back_in_words(
    me: Client, draft: Version, colleague: Actor
) -> None:
    """A pilot is a name, not the number of an organisation."""
    action, keeper = draft.actions.get(), draft.convention.keeper
    sign(draft, colleague)
    typed = {"version": 0, "axis": action.axis_id, "code": "1.1", "title": "Visiter"}
    shown = sent(
        me, url("edit_line", "d", "actions", action.pk), **typed, pilot=keeper.pk, partners=[]
    )
    assert f">{keeper}</td>" in shown
    assert f">{keeper.pk}</td>" not in shown


def test_the_late_page_is_said_in_english_too(
    client: Client, draft: Version, colleague: Actor
) -> None:
    signed_in(client, Role.OFFICER, draft.convention.keeper)
    client.cookies["django_language"] = "en"
    sign(draft, colleague)
    shown = client.post(url("edit_head", "d"), HEAD)
    html = shown.content.decode()
    assert shown.status_code == 409
    assert "Your change came too late" in html
    assert "This text was signed meanwhile: it no longer changes." in html
    assert "Prepare an amendment, then type this in it." in html


@pytest.mark.parametrize("name", ["raise_line", "lower_line", "remove_line"])
def test_moving_or_striking_a_line_of_a_text_signed_meanwhile_is_a_conflict(
    me: Client, draft: Version, colleague: Actor, name: str
) -> None:
    axis = draft.axes.get()
    sign(draft, colleague)
    assert me.post(url(name, "d", "axes", axis.pk)).status_code == 409
    assert draft.axes.count() == 1


def test_signing_what_a_colleague_signed_is_a_conflict_and_not_a_lost_page(
    me: Client, draft: Version, colleague: Actor
) -> None:
    sign(draft, colleague)
    shown = sent(me, url("sign", "d"), signed_on="2019-06-02")
    assert "signé entre-temps" in shown
    assert Version.objects.get().signed_on == date(2019, 6, 1)


@pytest.mark.parametrize("name", ["edit", "edit_head", "sign"])
def test_there_is_no_draft_to_open_once_the_text_is_signed(
    me: Client, draft: Version, colleague: Actor, name: str
) -> None:
    sign(draft, colleague)
    assert me.get(url(name, "d")).status_code == 404


@pytest.mark.parametrize("section", ["axes", "results"])
def test_a_stranger_learns_nothing_of_a_draft_by_being_late(
    client: Client, draft: Version, colleague: Actor, section: str
) -> None:
    axis = draft.axes.get()
    sign(draft, colleague)
    signed_in(client, Role.OFFICER)
    address = url("edit_line", "d", section, axis.pk)
    assert client.post(address, {"title": "x"}).status_code == 404


def test_a_line_that_never_was_is_not_found(me: Client, draft: Version) -> None:
    assert me.get(url("edit_line", "d", "axes", 999_999)).status_code == 404


# Two who edit the same line


def test_only_what_differs_is_compared(me: Client, draft: Version, colleague: Actor) -> None:
    values = {"effective_on": date(2019, 5, 1), "words": "Les mots du collègue"}
    texts.edit_head(version=draft, values=values, edition=0, by=colleague)
    typed = {**HEAD, "effective_on": "2019-05-01", "title": "Convention MEL et CMA"}
    shown = sent(me, url("edit_head", "d"), **typed)
    table = shown[shown.index("<tbody") : shown.index("</tbody>")]
    assert "Les mots du collègue" in table
    assert "Mes mots" in table
    assert "Convention MEL et CMA" not in table
    assert 'name="version" value="1"' in shown


def test_saving_again_after_comparing_keeps_mine(
    me: Client, draft: Version, colleague: Actor
) -> None:
    texts.edit_head(version=draft, values={"words": "Les siens"}, edition=0, by=colleague)
    sent(me, url("edit_head", "d"), **HEAD)
    sent(me, url("edit_head", "d"), 302, **{**HEAD, "version": 1})
    draft.refresh_from_db()
    assert (draft.words, draft.convention.title) == ("Mes mots", "Mon titre")


def test_a_third_hand_between_the_two_is_compared_again(
    me: Client, draft: Version, colleague: Actor
) -> None:
    texts.edit_head(version=draft, values={"words": "Un"}, edition=0, by=colleague)
    sent(me, url("edit_head", "d"), **HEAD)
    texts.edit_head(version=draft, values={"words": "Deux"}, edition=1, by=colleague)
    assert "Deux" in sent(me, url("edit_head", "d"), **{**HEAD, "version": 1})


def test_a_seal_that_falls_while_a_line_is_written_is_no_repeated_code(
    draft: Version, colleague: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signature may come between our look and our writing: the database refuses, we say why."""

    def signed_now(self: Axis, *args: Any, **kwargs: Any) -> None:
        Version.objects.filter(pk=draft.pk).update(recorded_at=make.instant("2020-01-01"))
        raise IntegrityError("conventions: a signed text never changes, it is amended")

    monkeypatch.setattr(Axis, "save", signed_now)
    values = {"code": "2", "title": "Deux"}
    with pytest.raises(Invalid):
        texts.edit_line(version=draft, model=Axis, pk=None, values=values, by=colleague)
    monkeypatch.setattr(Version.objects.all().__class__, "signed", lambda self: self)
    with pytest.raises(Conflict):
        texts.edit_line(version=draft, model=Axis, pk=None, values=values, by=colleague)


def test_a_head_that_contradicts_itself_is_refused_and_not_a_crash(
    draft: Version, colleague: Actor
) -> None:
    values = {"effective_on": date(2020, 1, 2), "effective_until": date(2020, 1, 1)}
    with pytest.raises(Invalid):
        texts.edit_head(version=draft, values=values, edition=0, by=colleague)
    assert Convention.objects.unscoped(reason="a test").get().versions.get().edition == 0
