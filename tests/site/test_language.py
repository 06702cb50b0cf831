"""French by default, English for whoever chose it here."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_browser_set_to_english_is_answered_in_french(client):
    response = client.get("/connexion/inconnue", headers={"accept-language": "en"})
    assert response["Content-Language"] == "fr"


def test_whoever_chose_english_is_answered_in_english(client):
    client.cookies["django_language"] = "en"
    assert client.get("/connexion/inconnue")["Content-Language"] == "en"


def test_a_language_that_is_not_spoken_here_is_french(client):
    client.cookies["django_language"] = "de"
    assert client.get("/connexion/inconnue")["Content-Language"] == "fr"
