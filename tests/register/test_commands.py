"""The commands of the register: exit codes, JSON keys, progress aside, words without JSON."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from maillage.register.importers.outcome import KINDS
from maillage.register.models import Establishment, Load
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]


def run(name, *words):
    """What a command says: its exit code, what it prints, what it tells aside."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(name, *words, stdout=out, stderr=err)
    except SystemExit as stop:
        return stop.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def imported(units, establishments, *more, territory="200093201"):
    files = ("--units", str(units), "--establishments", str(establishments))
    return run("import_sirene", *files, "--territory", territory, *more)


@pytest.fixture
def stock(tmp_path):
    return firms.sirene_files(
        tmp_path, [firms.establishment_row(1), firms.establishment_row(2, siret="4,9E+13")]
    )


def test_an_import_answers_the_keys_of_its_contract_and_a_reject_says_where_and_why(stock):
    code, out, err = imported(*stock, "--json")
    answer = json.loads(out)

    assert code == 0
    assert answer.keys() >= {*KINDS, "rejects"}
    assert {kind: answer[kind] for kind in KINDS if answer[kind]} == {"new": 1, "rejected": 1}
    (reject,) = answer["rejects"]
    assert {name: reject[name] for name in ("file", "line", "column")} == {
        "file": stock[1].name, "line": 3, "column": "siret",
    }  # fmt: skip
    assert "tableur" in reject["reason"]
    assert "establishments" in err
    assert out.count("\n") == 1


@pytest.mark.parametrize("key", ["mel", "200093201", "245900410"])
def test_a_territory_is_named_by_its_key_or_by_any_siren_it_ever_had(stock, key):
    code, out, _err = imported(*stock, "--json", territory=key)

    assert (code, json.loads(out)["territory"]) == (0, "mel")


def test_a_dry_run_says_everything_and_writes_nothing(stock):
    code, out, _err = imported(*stock, "--dry-run", "--json")

    assert (code, json.loads(out)["status"], json.loads(out)["new"]) == (0, "dry_run", 1)
    assert not Load.objects.exists()
    assert not Establishment.objects.exists()


@pytest.mark.parametrize(
    ("change", "reason", "english"),
    [
        (lambda data: data[:-30], "tronqué", "truncated"),
        (lambda data: data.decode().encode("utf-16"), "UTF-16", "UTF-16"),
        (lambda data: data.replace(b"siret,", b"siret_,", 1), "manquent", "missing"),
        (lambda data: data.replace(b"nic,", b"siret,", 1), "deux fois", "twice"),
        (lambda _data: b"", "vide", "empty"),
    ],
)
def test_a_file_that_cannot_be_taken_exits_2_with_its_json_and_applies_nothing(
    stock, change, reason, english
):
    stock[1].write_bytes(change(stock[1].read_bytes()))

    code, out, err = imported(*stock, "--json")
    with translation.override("en"):
        _code, in_english, _err = imported(*stock, "--json")

    answer = json.loads(out)
    assert (code, answer["status"], answer["new"]) == (2, "refused", 0)
    assert reason in answer["rejects"][0]["reason"]
    assert english in json.loads(in_english)["rejects"][0]["reason"]
    assert reason in err
    assert not Load.objects.filter(activated_at__isnull=False).exists()
    assert not Establishment.objects.exists()


def test_an_older_stock_exits_1_and_an_unknown_territory_2(stock, tmp_path):
    imported(*stock)
    (tmp_path / "old").mkdir()
    older = firms.sirene_files(tmp_path / "old", [firms.establishment_row(1)], day="2019-06-01")

    assert imported(*older, "--json")[0] == 1
    code, out, err = imported(*stock, "--json", territory="123456789")
    assert (code, json.loads(out)["status"]) == (2, "refused")
    assert "123456789" in err


@pytest.mark.parametrize("missing", ["--units", "--establishments", "--territory"])
def test_a_request_without_its_files_or_territory_is_a_usage_error(stock, missing):
    from django.core.management.base import CommandError

    words = {"--units": stock[0], "--establishments": stock[1], "--territory": "mel"}
    del words[missing]

    with pytest.raises((SystemExit, CommandError)) as stop:
        call_command("import_sirene", *(str(w) for pair in words.items() for w in pair))

    assert isinstance(stop.value, CommandError) or stop.value.code == 2


def test_without_json_the_counts_and_each_refused_line_are_told_in_words(stock):
    code, out, _err = imported(*stock)

    assert code == 0
    assert [line.strip() for line in out.splitlines() if ":" in line][:7] == [
        "new: 1", "changed: 0", "closed: 0", "moved: 0", "unchanged: 0", "absent: 0", "rejected: 1",
    ]  # fmt: skip
    assert f"{stock[1].name}:3 siret: " in out


def test_a_search_prints_what_may_be_shown_nearest_first():
    place = firms.establishment(trade_name="AU BON PAIN")
    firms.establishment(trade_name="GARAGE")

    code, out, _err = run("search", "bon pain", "--json")

    (hit,) = json.loads(out)
    assert code == 0
    assert hit == {
        "siret": place.siret, "name": "AU BON PAIN", "address": "1 RUE DE LILLE, 59000 LILLE",
        "commune": "59350", "activity": "10.71C", "state": "A", "key": str(place.key),
    }  # fmt: skip
    assert "AU BON PAIN" in run("search", "bon pain")[1]


@pytest.mark.usefixtures("geography")
def test_a_search_in_a_commune_finds_that_commune_s_firms_only_and_no_more_than_asked():
    for _ in range(4):
        firms.establishment(trade_name="COIFFURE", commune="59512")
    firms.establishment(trade_name="COIFFURE", commune="59350")

    there = json.loads(run("search", "coiffure", "--commune", "59512", "--json")[1])
    few = json.loads(run("search", "coiffure", "--limit", "2", "--json")[1])

    assert (
        run("search", "coiffure", "--commune", "Roubaix", "--json")[1] == json.dumps(there) + "\n"
    )
    assert {hit["commune"] for hit in there} == {"59512"}
    assert (len(there), len(few)) == (4, 2)


@pytest.mark.usefixtures("geography")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--commune", "Atlantis"), 1, "Aucun lieu ne s’appelle"),
        (("--commune", "99999"), 1, "code INSEE"),
        (("--limit", "0"), 2, "from 1"),
        (("--limit", "ten"), 1, "invalid int"),
    ],
)
def test_a_search_where_nothing_can_be_is_refused(words, code, said):
    with pytest.raises(CommandError, match=said) as refused:
        call_command("search", "pain", *words)
    assert refused.value.returncode == code


def test_a_search_that_finds_nothing_is_done_all_the_same():
    assert run("search", "introuvable", "--json")[:2] == (0, "[]\n")


def test_a_firm_of_partial_diffusion_prints_neither_name_nor_street():
    hidden = firms.establishment(diffusion="P", unit_diffusion="P")

    (hit,) = json.loads(run("search", hidden.siret, "--json")[1])

    assert (hit["name"], hit["address"]) == ("Entreprise non diffusible", "LILLE")
