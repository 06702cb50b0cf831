"""One tap: per address, per topic, honoured from then on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from maillage import post
from maillage.post import outbox
from maillage.post.models import Kind, Link, State, Unsubscription
from tests.factories import accounts, post as make
from tests.post import smtp

pytestmark = pytest.mark.django_db

OTHER = post.topic("tests.other", fr="Autre lettre", en="Another newsletter")


def path_of(message: Any) -> str:
    return "/l/" + message.unsubscribe.rpartition("/l/")[2]


def test_the_page_says_which_messages_and_the_button_ends_them(client: Client) -> None:
    queued = make.message(topic=make.NEWS, to="lea@example.org")

    asked = client.get(path_of(queued))
    assert "Lettre d’essai" in asked.content.decode()
    assert Unsubscription.objects.count() == 0

    told = client.post(path_of(queued))
    assert "vous ne recevrez plus ces messages" in told.content.decode()
    assert Unsubscription.objects.get().topic == make.NEWS


def test_the_address_itself_is_not_kept(client: Client) -> None:
    queued = make.message(topic=make.NEWS, to="lea@example.org")
    client.post(path_of(queued))

    kept = [*Unsubscription.objects.values(), *Link.objects.values()]
    assert not [row for row in kept if "lea" in str(row)]


def test_what_was_queued_already_no_longer_leaves(server: smtp.Server, client: Client) -> None:
    first = make.message(topic=make.NEWS, to="lea@example.org")
    second = make.message(topic=make.NEWS, to="lea@example.org")
    client.post(path_of(first))

    outbox.run()

    assert [make.again(one).state for one in (first, second)] == [State.CANCELLED] * 2
    assert server.taken == []


def test_another_topic_and_what_is_owed_still_leave(server: smtp.Server, client: Client) -> None:
    client.post(path_of(make.message(topic=make.NEWS, to="lea@example.org")))
    other = make.message(topic=OTHER, to="lea@example.org")
    owed = make.message(to="lea@example.org")

    outbox.run()

    assert [make.again(one).state for one in (other, owed)] == [State.SENT] * 2


def test_it_holds_for_every_organisation_however_the_address_is_written(
    server: smtp.Server, client: Client
) -> None:
    client.post(path_of(make.message(topic=make.NEWS, to="Lea@example.org")))
    queued = make.message(accounts.organisation(), topic=make.NEWS, to="lea@EXAMPLE.org")

    outbox.run()

    assert make.again(queued).state == State.CANCELLED


def test_a_telephone_is_another_address(client: Client) -> None:
    texted = make.message(kind=Kind.TEXT, topic=make.NEWS)
    client.post(path_of(texted))

    assert outbox.unwilling([texted, make.message(topic=make.NEWS)]) == {texted.pk}


def test_mail_programs_press_the_button_from_their_own_servers(client: Client) -> None:
    # RFC 8058: a POST with this body, without cookie, referrer or seal, answered without a detour.
    queued = make.message(topic=make.NEWS)
    strict = Client(enforce_csrf_checks=True)
    told = strict.post(
        path_of(queued),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert told.status_code == 200
    assert Unsubscription.objects.count() == 1


def test_pressed_twice_or_from_two_messages_it_is_noted_once(client: Client) -> None:
    first = make.message(topic=make.NEWS, to="lea@example.org")
    second = make.message(topic=make.NEWS, to="lea@example.org")
    for message in (first, first, second):
        assert client.post(path_of(message)).status_code == 200

    assert Unsubscription.objects.count() == 1


def test_an_old_message_still_opens_it() -> None:
    make.message(topic=make.NEWS)
    link = Link.objects.get()

    assert link.expires_at - link.made_at > timedelta(days=365)


def test_it_speaks_the_language_of_the_message(client: Client) -> None:
    queued = make.message(topic=make.NEWS, language="en")

    assert "No more of these messages?" in client.get(path_of(queued)).content.decode()


def test_looking_for_the_unwilling_takes_one_query(django_assert_num_queries: Any) -> None:
    queued = [make.message(topic=make.NEWS) for _ in range(10)]
    owed = [make.message() for _ in range(3)]

    with django_assert_num_queries(1):
        assert outbox.unwilling([*queued, *owed]) == set()
    with django_assert_num_queries(0):
        assert outbox.unwilling(owed) == set()
