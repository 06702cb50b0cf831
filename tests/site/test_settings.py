"""An instance as its environment sets it, started afresh for each question."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from maillage.site import environment, logs, secret


def setting(name: str, home: Path, **variables: str) -> object:
    """One setting of an instance started with these variables and nothing else."""
    code = f"import json; from maillage.site import settings; print(json.dumps(settings.{name}))"
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "PYTHONPATH", "LANG"}}
    sources = str(Path(__file__).resolve().parents[2] / "src")
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "PYTHONPATH": sources, "MAILLAGE_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_an_instance_hides_its_faults_unless_told_otherwise(tmp_path: Path) -> None:
    assert setting("DEBUG", tmp_path) is False
    assert setting("DEBUG", tmp_path, DEBUG="yes") is True


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = setting("SECRET_KEY", tmp_path)

    assert len(str(first)) >= 64
    assert setting("SECRET_KEY", tmp_path) == first


def test_a_secret_that_is_given_is_not_written_down(tmp_path: Path) -> None:
    assert setting("SECRET_KEY", tmp_path, SECRET_KEY="given") == "given"
    assert not (tmp_path / "secret_key").exists()


def test_cookies_travel_over_https_only_where_there_is_https(tmp_path: Path) -> None:
    assert setting("SESSION_COOKIE_SECURE", tmp_path) is False
    assert setting("SESSION_COOKIE_SECURE", tmp_path, MAILLAGE_HTTPS="on") is True
    assert setting("CSRF_COOKIE_SECURE", tmp_path, MAILLAGE_HTTPS="on") is True


def test_over_https_a_browser_never_goes_back_to_plain_http(tmp_path: Path) -> None:
    https = {"MAILLAGE_HTTPS": "on"}
    assert setting("SECURE_HSTS_SECONDS", tmp_path) == 0
    assert setting("SECURE_HSTS_SECONDS", tmp_path, **https) == 365 * 24 * 3600
    assert setting("SECURE_SSL_REDIRECT", tmp_path, **https) is True
    assert setting("SESSION_COOKIE_NAME", tmp_path, **https) == "__Host-sessionid"


def test_the_instance_answers_to_this_machine_unless_named(tmp_path: Path) -> None:
    assert setting("ALLOWED_HOSTS", tmp_path) == ["127.0.0.1", "localhost", "[::1]"]
    named = setting("ALLOWED_HOSTS", tmp_path, ALLOWED_HOSTS="maillage.example, www.example")
    assert named == ["maillage.example", "www.example"]


def test_the_content_policy_opens_to_the_instance_alone(tmp_path: Path) -> None:
    policy = setting("CSP_POLICY", tmp_path)

    assert isinstance(policy, dict)
    allowed = {source for sources in policy.values() for source in sources}
    assert allowed <= {"'self'", "'none'", "data:"}


def test_the_folder_of_the_instance_is_made(tmp_path: Path) -> None:
    setting("DEBUG", tmp_path / "new" / "home")

    assert (tmp_path / "new" / "home").is_dir()


def test_passwords_are_kept_with_argon2(tmp_path: Path) -> None:
    hashers = setting("PASSWORD_HASHERS", tmp_path)

    assert isinstance(hashers, list)
    assert "Argon2" in hashers[0]


def test_a_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    secret.kept(tmp_path / "secret_key")

    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_processes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(secret.kept, [tmp_path / "secret_key"] * 40))

    assert len(secrets) == 1
    assert secrets != {""}


def test_a_variable_that_wants_a_number_names_itself_when_it_gets_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(environment.VARIABLES, "SEATS", environment.Variable("SEATS", "", ""))
    monkeypatch.setenv("SEATS", "many")

    with pytest.raises(ValueError, match="SEATS is “many”"):
        environment.number("SEATS", 3, "Seats of a committee.")
    monkeypatch.setenv("SEATS", "12")
    assert environment.number("SEATS", 3, "Seats of a committee.") == 12


def test_every_variable_has_a_meaning_written_for_who_installs() -> None:
    assert len(environment.VARIABLES) > 5
    assert not [v.name for v in environment.VARIABLES.values() if not v.meaning.endswith(".")]


def test_the_log_does_not_quote_somebodys_row() -> None:
    fault = ValueError(
        "duplicate key value\nDETAIL:  Key (email)=(lea@chambre.example) already exists."
    )
    record = logging.LogRecord(
        "maillage", logging.ERROR, "", 0, "refused", None, (ValueError, fault, None)
    )
    written = logs.DiscreetFormatter().format(record)

    assert "lea@chambre.example" not in written
    assert "duplicate key value" in written


def test_a_page_that_does_not_exist_is_not_the_logs_business() -> None:
    configured = logs.configuration("INFO")["loggers"]

    assert configured["django.request"] == {"level": "ERROR"}


def test_the_server_finds_the_application_by_its_name() -> None:
    from maillage.site.wsgi import application

    assert callable(application)
