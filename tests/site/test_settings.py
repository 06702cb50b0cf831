"""An instance as its environment sets it, read afresh for each question."""

from __future__ import annotations

import logging
import runpy
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as in_use

from maillage.site import database, environment, logs, secret, settings
from maillage.site.environment import Misset

Reader = Callable[..., Any]


@pytest.fixture
def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """One setting of an instance started with these variables and nothing else."""
    for name in list(environment.VARIABLES):
        monkeypatch.delenv(name, raising=False)

    def read(name: str, **variables: str) -> Any:
        with monkeypatch.context() as started:
            for variable, given in {"MAILLAGE_HOME": str(tmp_path), **variables}.items():
                started.setenv(variable, given)
            return runpy.run_path(settings.__file__)[name]

    return read


class TestSafeUnlessToldOtherwise:
    def test_an_instance_hides_its_faults(self, setting: Reader) -> None:
        assert setting("DEBUG") is False
        assert setting("DEBUG", DEBUG="yes") is True

    @pytest.mark.parametrize("said", ["1", "true", "YES", " on ", "True"])
    def test_yes_is_said_in_several_ways(self, setting: Reader, said: str) -> None:
        assert setting("HTTPS", MAILLAGE_HTTPS=said) is True

    @pytest.mark.parametrize("said", ["0", "false", "No", "off", "", "  "])
    def test_so_is_no(self, setting: Reader, said: str) -> None:
        assert setting("DEBUG", DEBUG=said) is False

    def test_it_answers_to_this_machine_unless_named(self, setting: Reader) -> None:
        assert setting("ALLOWED_HOSTS") == ["127.0.0.1", "localhost", "[::1]"]
        named = setting("ALLOWED_HOSTS", ALLOWED_HOSTS="maillage.example, www.example,")
        assert named == ["maillage.example", "www.example"]

    def test_no_other_site_may_send_its_forms(self, setting: Reader) -> None:
        assert setting("CSRF_TRUSTED_ORIGINS") == []
        origin = "https://maillage.example"
        assert setting("CSRF_TRUSTED_ORIGINS", CSRF_TRUSTED_ORIGINS=origin) == [origin]

    def test_without_a_mail_server_messages_are_files_of_the_instance(
        self, setting: Reader, tmp_path: Path
    ) -> None:
        assert setting("EMAIL_BACKEND").endswith("filebased.EmailBackend")
        assert setting("EMAIL_FILE_PATH") == tmp_path / "mail"

    def test_with_one_they_are_sent(self, setting: Reader) -> None:
        there = {"EMAIL_HOST": "mail.example", "EMAIL_PORT": "587"}
        assert setting("EMAIL_BACKEND", **there).endswith("smtp.EmailBackend")
        assert setting("EMAIL_PORT", **there) == 587

    def test_the_conversation_with_the_mail_server_is_protected_as_one_says(
        self, setting: Reader
    ) -> None:
        said = {"": (False, False), "starttls": (True, False), "TLS": (False, True)}
        for word, (starttls, tls) in said.items():
            assert setting("EMAIL_USE_TLS", EMAIL_SECURITY=word) is starttls
            assert setting("EMAIL_USE_SSL", EMAIL_SECURITY=word) is tls

    def test_links_of_messages_and_files_begin_with_the_address_of_the_instance(
        self, setting: Reader
    ) -> None:
        assert setting("ADDRESS") == "http://127.0.0.1:8000/"
        for there in ("https://maillage.example", "https://maillage.example/"):
            assert setting("ADDRESS", MAILLAGE_ADDRESS=there) == "https://maillage.example/"

    def test_the_data_is_one_file_at_home(self, setting: Reader, tmp_path: Path) -> None:
        assert setting("DATABASES")["default"]["NAME"] == str(tmp_path / "maillage.sqlite3")

    def test_or_on_the_server_that_is_named(self, setting: Reader) -> None:
        named = setting("DATABASES", DATABASE_URL="postgresql://app@db.example/maillage")
        assert named["default"]["HOST"] == "db.example"

    @pytest.mark.parametrize("url", ["", "postgresql://app@db.example/maillage"])
    def test_no_request_opens_a_transaction_by_itself(self, setting: Reader, url: str) -> None:
        # On SQLite every reading page would take the write lock.
        assert "ATOMIC_REQUESTS" not in setting("DATABASES", DATABASE_URL=url)["default"]

    def test_the_folder_of_the_instance_is_made(self, setting: Reader, tmp_path: Path) -> None:
        home = tmp_path / "new" / "home"
        assert setting("HOME", MAILLAGE_HOME=str(home)) == home
        assert (home / "static").is_dir()

    def test_french_is_spoken_first_and_paris_sets_the_day(self, setting: Reader) -> None:
        assert setting("LANGUAGE_CODE") == "fr"
        assert [code for code, _name in setting("LANGUAGES")] == ["fr", "en"]
        assert (setting("TIME_ZONE"), setting("USE_TZ")) == ("Europe/Paris", True)


class TestBadValuesAreRefused:
    """What is mistyped stops the instance with the name of the variable and what it takes."""

    REFUSED = {
        "DEBUG": ("maybe", "DEBUG is “maybe”: write on or off"),
        "MAILLAGE_HTTPS": ("oui", "MAILLAGE_HTTPS is “oui”: write on or off"),
        "EMAIL_PORT": ("smtp", "EMAIL_PORT is “smtp”: a whole number is expected"),
        "MAILLAGE_LOG_LEVEL": (
            "LOUD",
            "MAILLAGE_LOG_LEVEL is “LOUD”: write CRITICAL, DEBUG, ERROR, INFO, WARNING",
        ),
        "EMAIL_SECURITY": ("ssl", "EMAIL_SECURITY is “SSL”: write NONE, STARTTLS, TLS"),
        "MAILLAGE_ADDRESS": (
            "maillage.example",
            "MAILLAGE_ADDRESS is “maillage.example”: write https:// and the name of the host",
        ),
        "DATABASE_URL": (
            "mysql://a@b/c",
            f"DATABASE_URL starts with “mysql”: write {database._WRITTEN}",
        ),
    }

    @pytest.mark.parametrize("name", REFUSED)
    def test_the_variable_and_its_values_are_named(self, setting: Reader, name: str) -> None:
        given, words = self.REFUSED[name]

        with pytest.raises(Misset) as refused:
            setting("DEBUG", **{name: given})

        assert str(refused.value) == words

    @pytest.mark.parametrize(
        "given",
        ["", "ftp://a.example", "https://", "https://a.example/path", "https://a.example?x"],
    )
    def test_an_address_that_links_cannot_start_with_is_refused(
        self, setting: Reader, given: str
    ) -> None:
        with pytest.raises(Misset, match="MAILLAGE_ADDRESS"):
            setting("DEBUG", MAILLAGE_ADDRESS=given)

    def test_a_home_that_cannot_be_made_is_named(self, setting: Reader, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")

        with pytest.raises(Misset, match=r"MAILLAGE_HOME is “.*/file/home”.*may write in"):
            setting("DEBUG", MAILLAGE_HOME=str(tmp_path / "file" / "home"))

    def test_a_level_is_heard_in_small_letters(self, setting: Reader) -> None:
        told = setting("LOGGING", MAILLAGE_LOG_LEVEL="debug")
        assert told["loggers"]["maillage"]["level"] == "DEBUG"

    def test_a_number_may_be_surrounded_by_blanks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(environment.VARIABLES, "SEATS", environment.Variable("SEATS", "", ""))
        monkeypatch.setenv("SEATS", " 12 ")
        assert environment.number("SEATS", 3, "Seats of a committee.") == 12


class TestTheSecret:
    def test_it_is_made_once_and_kept(self, setting: Reader) -> None:
        first = setting("SECRET_KEY")

        assert len(first) >= 64
        assert setting("SECRET_KEY") == first

    def test_two_instances_have_two(self, setting: Reader, tmp_path: Path) -> None:
        other = setting("SECRET_KEY", MAILLAGE_HOME=str(tmp_path / "other"))

        assert setting("SECRET_KEY") != other

    def test_one_that_is_given_is_not_written_down(self, setting: Reader, tmp_path: Path) -> None:
        assert setting("SECRET_KEY", SECRET_KEY="given") == "given"
        assert not (tmp_path / "secret_key").exists()

    def test_it_is_readable_by_its_owner_only(self, tmp_path: Path) -> None:
        secret.kept(tmp_path / "secret_key")

        assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]

    def test_processes_that_start_together_share_one(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            secrets = set(pool.map(secret.kept, [tmp_path / "secret_key"] * 40))

        assert len(secrets) == 1
        assert secrets != {""}


class TestBehindHttps:
    HTTPS = {"MAILLAGE_HTTPS": "on"}

    @pytest.mark.parametrize(
        "name", ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE"]
    )
    def test_cookies_travel_over_https_only_where_there_is_https(
        self, setting: Reader, name: str
    ) -> None:
        assert setting(name) is False
        assert setting(name, **self.HTTPS) is True

    def test_a_browser_never_goes_back_to_plain_http(self, setting: Reader) -> None:
        assert setting("SECURE_HSTS_SECONDS") == 0
        assert setting("SECURE_HSTS_SECONDS", **self.HTTPS) == 365 * 24 * 3600
        assert setting("SECURE_SSL_REDIRECT", **self.HTTPS) is True

    def test_cookies_are_tied_to_this_host(self, setting: Reader) -> None:
        assert setting("SESSION_COOKIE_NAME", **self.HTTPS) == "__Host-sessionid"
        assert setting("CSRF_COOKIE_NAME", **self.HTTPS) == "__Host-csrftoken"

    def test_the_proxy_is_believed_only_when_there_is_one(self, setting: Reader) -> None:
        assert setting("SECURE_PROXY_SSL_HEADER") is None
        assert setting("SECURE_PROXY_SSL_HEADER", **self.HTTPS)[1] == "https"

    def test_the_reader_s_address_is_believed_of_the_proxy_only(self, setting: Reader) -> None:
        assert setting("ALLAUTH_TRUSTED_PROXY_COUNT") == 0
        assert setting("ALLAUTH_TRUSTED_PROXY_COUNT", **self.HTTPS) == 1

    def test_machines_beside_the_proxy_may_ask_for_health_in_plain(self, setting: Reader) -> None:
        assert setting("SECURE_REDIRECT_EXEMPT") == [r"^health$"]


class TestWhatDoesNotDependOnTheEnvironment:
    def test_the_content_policy_opens_to_the_instance_alone(self, setting: Reader) -> None:
        policy = setting("CSP_POLICY")

        assert {source for sources in policy.values() for source in sources} <= {
            "'self'",
            "'none'",
            "data:",
        }
        assert policy["default-src"] == policy["frame-ancestors"] == ["'none'"]
        assert "data:" not in policy["script-src"] + policy["style-src"]

    def test_passwords_are_kept_with_argon2(self, setting: Reader) -> None:
        assert setting("PASSWORD_HASHERS") == ["maillage.accounts.hashers.Argon2"]

    def test_a_refusal_is_read_in_the_reader_s_language(self) -> None:
        order = in_use.MIDDLEWARE
        spoken = order.index("maillage.site.language.ChosenLanguage")

        assert spoken < order.index("maillage.site.middleware.ReadableText")
        assert spoken < order.index("django.middleware.security.SecurityMiddleware")

    def test_headers_are_put_on_whatever_refuses(self) -> None:
        order = in_use.MIDDLEWARE
        refusing = order.index("maillage.site.middleware.ReadableText")

        assert order.index("csp.middleware.CSPMiddleware") < refusing
        assert order.index("django.middleware.clickjacking.XFrameOptionsMiddleware") < refusing

    def test_every_variable_has_a_meaning_written_for_who_installs(self) -> None:
        assert len(environment.VARIABLES) > 5
        assert not [v.name for v in environment.VARIABLES.values() if not v.meaning.endswith(".")]

    def test_no_variable_is_read_elsewhere(self) -> None:
        sources = Path(settings.__file__).parents[1].rglob("*.py")
        readers = {p.name for p in sources if "os.environ" in p.read_text("utf-8")}

        # The last is no setting: the child that reads files starts with what the machine needs to start it.
        assert readers == {"environment.py", "__main__.py", "wsgi.py", "parent.py"}


class TestTheLog:
    def test_it_does_not_quote_somebody_s_row(self) -> None:
        fault = ValueError(
            "duplicate key value\nDETAIL:  Key (email)=(lea@chambre.example) already exists."
        )
        record = logging.LogRecord(
            "maillage", logging.ERROR, "", 0, "refused", None, (ValueError, fault, None)
        )
        written = logs.DiscreetFormatter().format(record)

        assert "lea@chambre.example" not in written
        assert "duplicate key value" in written

    @pytest.mark.parametrize("heading", ["DETAIL", "CONTEXT", "HINT"])
    def test_each_line_in_which_the_database_quotes_is_left_out(self, heading: str) -> None:
        fault = ValueError(f"refused\n{heading}: (+33 6 00 00 00 00)\nafterwards")

        written = logs.DiscreetFormatter().formatException((ValueError, fault, None))

        assert "+33" not in written
        assert "afterwards" in written

    def test_a_page_that_does_not_exist_is_not_its_business(self) -> None:
        configured: Any = logs.configuration("INFO")

        assert configured["loggers"]["django.request"] == {"level": "ERROR"}


def test_the_server_finds_the_application_by_its_name() -> None:
    from maillage.site.wsgi import application

    assert callable(application)
