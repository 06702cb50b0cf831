"""A problem in a file: read as documented, refused with the place of what is wrong."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.figures.methods.access import CAR, WALK, seconds
from maillage.kernel.errors import Invalid
from maillage.outreach.rounds.reading import problem_from, problem_of

LILLE, ROUBAIX = (3.0573, 50.6292), (3.1746, 50.6927)


def told(**changes: Any) -> dict[str, Any]:
    """Two places, a stop, an adviser."""
    return {
        "places": [{"id": "office", "lon": 3.06, "lat": 50.63}, {"id": 2, "lon": 3.07, "lat": 50.63}],
        "stops": [{"id": "s1", "place": 2, "service_s": 1800, "windows": [[32400, 43200]],
                   "skills": ["nl"], "priority": 5, "amount": 1}],
        "vehicles": [{"id": "a1", "start": "office", "end": "office", "window": [28800, 61200],
                      "skills": ["nl"], "capacity": 4,
                      "breaks": [{"duration_s": 3600, "windows": [[43200, 48600]]}]}],
        **changes,
    }  # fmt: skip


def written(folder: Path, content: Any) -> Path:
    path = folder / "problem.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def answer(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("plan_rounds", "--problem", str(path), *options, stdout=out)
    return out.getvalue()


def test_a_file_is_planned_and_the_plan_told_as_documented(tmp_path: Path) -> None:
    plan = json.loads(answer(written(tmp_path, told()), "--json"))
    (route,) = plan["routes"]
    (stop,) = route["stops"]
    assert route["vehicle"] == "a1"
    assert stop["id"] == "s1"
    assert 32400 <= stop["arrival_s"] + stop["wait_s"] <= 43200
    assert plan["total_travel_s"] == 2 * int(seconds([(3.06, 50.63), (3.07, 50.63)])[0, 1])
    assert plan["unassigned"] == []


def test_in_words_each_round_and_what_found_no_room(tmp_path: Path) -> None:
    stop = {"id": "far", "place": 2, "skills": ["pl"]}
    text = answer(written(tmp_path, told(stops=[*told()["stops"], stop])))
    assert "s1" in text
    assert "far" in text
    assert "compétences" in text or "skills" in text


def test_a_matrix_is_taken_as_it_is(tmp_path: Path) -> None:
    given = told(matrix=[[0, 700], [900, 0]])
    assert json.loads(answer(written(tmp_path, given), "--json"))["total_travel_s"] == 1600


def test_a_vehicle_without_end_stays_at_its_last_stop(tmp_path: Path) -> None:
    vehicle = {**told()["vehicles"][0], "end": None}
    given = told(matrix=[[0, 700], [900, 0]], vehicles=[vehicle])
    assert json.loads(answer(written(tmp_path, given), "--json"))["total_travel_s"] == 700


def test_windows_that_touch_are_one() -> None:
    stop = {"id": 1, "place": 2, "windows": [[50, 90], [0, 50], [200, 300]]}
    problem = problem_from(told(stops=[stop]))
    assert problem.stops[0].windows == ((0, 90), (200, 300))


def test_a_walk_takes_its_detour_and_a_car_goes_faster() -> None:
    """Lille to Roubaix, about ten kilometres as the crow flies."""
    on_foot, by_car = (int(seconds([LILLE, ROUBAIX], pace)[0, 1]) for pace in (WALK, CAR))
    kilometres = on_foot * 4.5 / 3600 / 1.3
    assert kilometres == pytest.approx(10.9, abs=0.2)
    assert by_car == pytest.approx(kilometres * 1.4 / 25 * 3600, rel=0.001)


def test_a_file_may_set_how_one_goes() -> None:
    usual = problem_from(told()).seconds[0, 1]
    slow = problem_from(told(detour=2.6)).seconds[0, 1]
    assert slow == pytest.approx(2 * usual, abs=1)
    assert problem_from(told(mode="car")).seconds[0, 1] < usual


WRONG = [
    ([], "{}"),
    ({"places": []}, "stops"),
    (told(places={}), "places"),
    (told(places=[{"id": "a"}]), "places[0].lon"),
    (told(places=[{"id": "a", "lon": 300, "lat": 1}]), "places[0].lon"),
    (told(places=[{"id": 2, "lon": 3, "lat": 50}] * 2), "places[1].id"),
    (told(places=[{"id": True, "lon": 3, "lat": 50}]), "places[0].id"),
    (told(places=[{"id": n, "lon": 3, "lat": 50} for n in range(2_001)]), "places"),
    (told(matrix=[[0, 1]]), "matrix"),
    (told(matrix=[[0, 1], [1]]), "matrix"),
    (told(matrix=[[0, -1], [1, 0]]), "matrix[0][1]"),
    (told(matrix=[[0, 1.5], [1, 0]]), "matrix[0][1]"),
    (told(stops=[{"place": 2}]), "stops[0].id"),
    (told(stops=[{"id": 1, "place": 9}]), "stops[0].place"),
    (told(stops=[{"id": 1, "place": 2}, {"id": 1, "place": 2}]), "stops[1].id"),
    (told(stops=[{"id": 1, "place": 2, "windows": [[9, 1]]}]), "stops[0].windows[0]"),
    (told(stops=[{"id": 1, "place": 2, "windows": [[1]]}]), "stops[0].windows[0]"),
    (told(stops=[{"id": 1, "place": 2, "service_s": "long"}]), "stops[0].service_s"),
    (told(stops=[{"id": 1, "place": 2, "priority": 101}]), "stops[0].priority"),
    (told(stops=[{"id": 1, "place": 2, "skills": "nl"}]), "stops[0].skills"),
    (told(vehicles=[{"id": 1}]), "vehicles[0].start"),
    (told(vehicles=[{"id": 1, "start": "office", "window": 8}]), "vehicles[0].window"),
    (told(vehicles=[{"id": 1, "start": "office", "breaks": [{}]}]), "vehicles[0].breaks[0].duration_s"),
    (told(mode="horse"), "mode"),
    (told(speed_kmh=0), "speed_kmh"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "where"), WRONG)
def test_what_cannot_be_taken_is_refused_where_it_stands(content: Any, where: str) -> None:
    with pytest.raises(Invalid) as caught:
        problem_from(content)
    assert str(caught.value.reason).startswith((f"{where}\u00a0:", f"{where}:"))
    assert caught.value.remedy


@pytest.mark.parametrize("content", ["", "{", "NaN", '{"places": NaN}', "[" * 100_000, "\ud800"])
def test_what_is_no_json_is_refused_by_the_command_with_code_two(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "problem.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(CommandError) as caught:
        answer(path, "--json")
    assert caught.value.returncode == 2


@pytest.mark.parametrize(
    ("language", "missing", "folder"),
    [
        ("fr", "ce fichier n’existe pas", "c’est un dossier, non un fichier"),
        ("en", "there is no such file", "this is a folder, not a file"),
    ],
)
def test_a_missing_file_or_a_folder_is_refused_in_words(
    tmp_path: Path, language: str, missing: str, folder: str
) -> None:
    for path, said in ((tmp_path / "nowhere.json", missing), (tmp_path, folder)):
        with translation.override(language):
            with pytest.raises(Invalid) as refusal:
                problem_of(path)
            words = str(refusal.value)
        assert said in words
        assert path.name in words
        assert "Errno" not in words


def test_a_file_that_the_system_keeps_to_itself_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fault, said in (
        (PermissionError(13, "x"), "may not read"),
        (OSError(5, "x"), "cannot be read"),
    ):

        def refused(_path: Path, fault: OSError = fault) -> bytes:
            raise fault

        monkeypatch.setattr(Path, "read_bytes", refused)
        with translation.override("en"), pytest.raises(Invalid, match=said):
            problem_of(tmp_path / "kept.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(["places", "stops", "vehicles", "matrix", "mode", "detour"]), JSON)
@settings(max_examples=150, deadline=None)
def test_whatever_a_file_holds_it_is_read_or_refused(key: str, value: Any) -> None:
    with suppress(Invalid):
        problem_from(told(**{key: value}))
