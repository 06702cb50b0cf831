"""How alike texts are: pairs of the field written by hand, and what must not change when words are told otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from maillage.needs.matching.texts import SIZES, Corpus, Thesaurus, grams, likeness, plain

#: What an artisan says, and the service that answers it; each is told from all the others by a term or by its letters.
PAIRS = (
    ("Je voudrais un site internet pour ma boutique", "Création de sites internet"),
    ("mon four consomme trop d'électricité", "Diagnostic des consommations d'électricité"),
    ("je cherche un apprenti boulanger", "Recrutement d'apprentis"),
    (
        "mon bail se termine, je cherche un local plus grand",
        "Recherche de locaux et de baux commerciaux",
    ),
    ("je n'arrive plus à payer mon loyer", "Aide aux loyers impayés"),
    ("je pense transmettre mon entreprise", "Accompagnement à la transmission d'entreprises"),
    ("comment embaucher mon premier salarié", "Première embauche d'un salarié"),
    ("je veux vendre en ligne", "Vente en ligne et paiement"),
    ("que faire de mes déchets de bois", "Tri et reprise des déchets de bois"),
    ("former mes ouvriers à la rénovation", "Formation à la rénovation énergétique"),
    ("il me faut un logiciel de facturation", "Logiciels de devis et de facturation"),
    ("je cherche un repreneur", "Bourse des repreneurs"),
    ("protéger les données de mes clients", "Protection des données des clients"),
    ("être mieux placé sur la carte du téléphone", "Fiche sur les cartes en ligne"),
)
CORPUS = Corpus(service for _said, service in PAIRS)


def rank_of(said: str, service: str) -> int:
    """Where its service stands among all, the likest first."""
    text = CORPUS.weighed(said)
    told = sorted((one for _, one in PAIRS), key=lambda one: -likeness(text, CORPUS.weighed(one)))
    return told.index(service)


def test_most_requests_are_likest_to_the_service_that_answers_them() -> None:
    ranks = [rank_of(said, service) for said, service in PAIRS]
    assert sum(rank == 0 for rank in ranks) >= 12, ranks
    assert sum(rank < 3 for rank in ranks) >= 13, ranks


@pytest.mark.parametrize(("said", "service"), PAIRS)
def test_case_accents_and_punctuation_change_nothing(said: str, service: str) -> None:
    shouted = plain(said).upper().replace(" ", " - ")
    one, other = (
        likeness(CORPUS.weighed(text), CORPUS.weighed(service)) for text in (said, shouted)
    )
    assert one == pytest.approx(other)


@pytest.mark.parametrize(("said", "service"), PAIRS)
def test_the_order_of_words_changes_nothing(said: str, service: str) -> None:
    turned = " ".join(reversed(plain(said).split()))
    one, other = (
        likeness(CORPUS.weighed(text), CORPUS.weighed(service)) for text in (said, turned)
    )
    assert one == pytest.approx(other)


@pytest.mark.parametrize(("said", "service"), PAIRS)
def test_said_twice_it_is_as_alike(said: str, service: str) -> None:
    twice = f"{said} {said}"
    one, other = (likeness(CORPUS.weighed(text), CORPUS.weighed(service)) for text in (said, twice))
    assert one == pytest.approx(other)


INFLECTED = (
    ("apprenti", "apprentis", "loyer"), ("déchet", "déchets", "apprenti"), ("rénovation", "rénover", "facture"),
    ("facture", "facturation", "bail"), ("vendre", "vente", "former"), ("transmettre", "transmission", "déchet"),
    ("embauche", "embaucher", "carte"), ("local", "locaux", "client"), ("repreneur", "reprise", "logiciel"),
)  # fmt: skip


@pytest.mark.parametrize(("word", "kin", "stranger"), INFLECTED)
def test_words_of_one_family_are_more_alike_than_strangers(
    word: str, kin: str, stranger: str
) -> None:
    corpus = Corpus([word, kin, stranger])
    said = corpus.weighed(word)
    assert likeness(said, corpus.weighed(kin)) > likeness(said, corpus.weighed(stranger))


def test_what_most_texts_share_tells_less_than_what_few_do() -> None:
    corpus = Corpus(["aide au loyer", "aide au four", "aide au recrutement", "aide au site"])
    said = corpus.weighed("aide pour mon four")
    alike = {
        text: likeness(said, corpus.weighed(text)) for text in ("aide au four", "aide au loyer")
    }
    assert alike["aide au four"] > 2 * alike["aide au loyer"]


def test_a_text_that_says_nothing_is_like_nothing() -> None:
    for empty in ("", "   ", "!?…", "'"):
        assert CORPUS.weighed(empty) == {}
        assert likeness(CORPUS.weighed(empty), CORPUS.weighed("site")) == 0


def test_groups_of_letters_stay_within_their_words() -> None:
    told = grams("site web")
    assert all(len(gram) in SIZES for gram in told)
    assert " sit" in told
    assert "te w" not in told
    assert sum(grams("ab").values()) == 2 + 1  # « ab», «ab », « ab »


@given(st.text(max_size=40))
def test_plain_words_are_plain_already(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert plain(text) == plain(text.casefold())
    assert "".join(plain(text).split()).isascii()


@given(st.lists(st.sampled_from([service for _, service in PAIRS]), min_size=1, max_size=6))
def test_every_vector_is_of_length_one(texts: list[str]) -> None:
    corpus = Corpus(texts)
    for text in texts:
        vector = corpus.weighed(text)
        assert sum(value * value for value in vector.values()) == pytest.approx(1)


TERMS = Thesaurus(
    [("site vitrine", "online"), ("fichier-clients", "digital"), ("l’apprentissage", "recruit"), ("four", "energy"),
     ("FONDS DE COMMERCE", "transfer"), ("loyer", "cash"), ("loyer", "premises")]
)  # fmt: skip
FOUND = {
    "un SITE-VITRINE, vite": {"online"},
    "mon fichier clients est perdu": {"digital"},
    "pour l'apprentissage des jeunes": {"recruit"},
    "le four et la fourniture": {"energy"},
    "la fourniture": set(),
    "mon fonds de commerce": {"transfer"},
    "le fonds, de commerce": {"transfer"},
    "mon loyer": {"cash", "premises"},
    "mes loyers": set(),
    "": set(),
}


@pytest.mark.parametrize("said", FOUND)
def test_a_term_is_found_as_advisers_wrote_it_and_nothing_else_is(said: str) -> None:
    assert TERMS.themes(said) == FOUND[said]
