"""Settings of an instance, all from the environment, with safe defaults (`docs/reference/settings.md`)."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from maillage.site import database, environment, logs, outside, secret

BASE_DIR = Path(__file__).resolve().parents[3]
_CHECKOUT = (BASE_DIR / "pyproject.toml").exists()
_SOURCES = BASE_DIR if _CHECKOUT else Path.cwd()

HOME = Path(
    environment.text(
        "MAILLAGE_HOME",
        str(_SOURCES / "var"),
        "Folder of what the instance keeps: its SQLite database, its secret, its static files.",
        shown="`var` in the project folder",
    )
).resolve()
try:
    HOME.mkdir(parents=True, exist_ok=True)
except OSError as fault:
    raise environment.Misset(
        f"MAILLAGE_HOME is “{HOME}”, a folder that cannot be made ({fault.strerror}): "
        "give one that you may write in"
    ) from fault

# Where the yearly geographies are installed: beside the sources, or where the instance keeps its things.
NODE_MODULES = (BASE_DIR if _CHECKOUT else HOME / "geography") / "node_modules"

SECRET_KEY = environment.text(
    "SECRET_KEY",
    "",
    "Secret that signs sessions and links. Made on the first run and kept in the folder above, "
    "readable by its owner only.",
    shown="made once",
    secret=True,
) or secret.kept(HOME / "secret_key")
DEBUG = environment.flag(
    "DEBUG", default=False, meaning="Detailed error pages, for development only."
)
HTTPS = environment.flag(
    "MAILLAGE_HTTPS",
    default=False,
    meaning="The instance is reached over HTTPS through a proxy that sets `X-Forwarded-Proto` and "
    "`X-Forwarded-For`: cookies then travel only so, and attempts are counted by the reader's address.",
)
ALLOWED_HOSTS = environment.listed(
    "ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]", "Host names the instance answers to."
)
ADDRESS = environment.address(
    "MAILLAGE_ADDRESS",
    "http://127.0.0.1:8000",
    "Address of the instance as its readers type it, such as `https://maillage.example`: the links "
    "of messages, and of the reports that a command writes, begin with it.",
)
CSRF_TRUSTED_ORIGINS = environment.listed(
    "CSRF_TRUSTED_ORIGINS",
    "",
    "Origins whose forms are accepted, such as `https://maillage.example`.",
)
DATABASES = {
    "default": database.from_url(
        environment.text(
            "DATABASE_URL",
            "",
            "`sqlite:///path` or `postgresql://user:password@host:port/name`. An instance shared by "
            "several organisations wants PostgreSQL.",
            shown="SQLite in `MAILLAGE_HOME`",
            secret=True,
        ),
        home=HOME,
    )
}
BACKUP_PASSPHRASE = environment.text(
    "MAILLAGE_BACKUP_PASSPHRASE",
    "",
    "Passphrase that closes backups and opens them, unless a command is given a file that holds one.",
    secret=True,
)
ERASURES_COPY = environment.text(
    "MAILLAGE_ERASURES_COPY",
    "",
    "File on another disk to which the list of erased firms is copied at each erasure.",
    shown="none",
)
# Services outside, each off until it is given an address (`docs/how-to/turn-on-connectors.md`).
OUTSIDE_ANSWERS = HOME / "answers"
OUTSIDE = outside.clients(OUTSIDE_ANSWERS)
CATALOGUE_CHECKS_LINKS = environment.flag(
    "MAILLAGE_CHECK_LINKS",
    default=False,
    meaning="Whether the worker asks the pages of the catalogue’s entries if they still answer.",
)
LOGGING = logs.configuration(
    environment.one_of(
        "MAILLAGE_LOG_LEVEL", "INFO", "How much Maillage writes to its log.", among=logs.LEVELS
    )
)

INSTALLED_APPS = [
    "maillage.site",
    "maillage.observatory",
    "maillage.outreach",
    "maillage.lists",
    "maillage.diagnoses",
    "maillage.surveys",
    "maillage.funding",
    "maillage.series",
    "maillage.cohorts",
    "maillage.desks",
    "maillage.events",
    "maillage.needs",
    "maillage.catalogue",
    "maillage.conventions",
    "maillage.figures",
    "maillage.ledger",
    "maillage.register",
    "maillage.post",
    "maillage.intake",
    "maillage.accounts",
    "maillage.places",
    "maillage.ui",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "maillage.site.middleware.Discretion",
    "maillage.site.language.ChosenLanguage",  # before what can refuse: a refusal is read too
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "maillage.site.middleware.ReadableText",
    "maillage.site.instance.DemonstrationMiddleware",
    "maillage.site.first_day.middleware.InstanceFace",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "maillage.accounts.middleware.ActorMiddleware",
    "maillage.site.first_day.middleware.FirstPage",
    "maillage.site.navigation.Navigation",
    "maillage.accounts.middleware.PolicyMiddleware",
    "maillage.site.middleware.Refusals",
]

ROOT_URLCONF = "maillage.site.urls"
WSGI_APPLICATION = "maillage.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "maillage.ui.context.chrome",
            ],
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["maillage.accounts.hashers.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Sign-in: by e-mail code or password. Attempts are limited in the database (accounts/limits.py), not in a cache.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "maillage.accounts.sign_in.Adapter"
ACCOUNT_FORMS = {
    "request_login_code": "maillage.accounts.sign_in.RequestCodeForm",
    "reset_password": "maillage.accounts.sign_in.ResetPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False
# Behind a proxy every reader would share its address, hence its limit: the last hop is believed, no other.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
EMAIL_HOST = environment.text(
    "EMAIL_HOST",
    "",
    "Mail server. Without one, messages are written as files in the folder `mail`.",
)
EMAIL_PORT = environment.number("EMAIL_PORT", 25, "Port of the mail server.")
EMAIL_HOST_USER = environment.text(
    "EMAIL_HOST_USER", "", "Account on the mail server, where it asks for one."
)
EMAIL_HOST_PASSWORD = environment.text(
    "EMAIL_HOST_PASSWORD", "", "Password of that account.", shown="none", secret=True
)
_EMAIL_SECURITY = environment.one_of(
    "EMAIL_SECURITY",
    "NONE",
    "How the conversation with the mail server is protected: `STARTTLS` (often port 587), `TLS` (465), "
    "`NONE` for a server on this very machine.",
    among=("NONE", "STARTTLS", "TLS"),
)
EMAIL_USE_TLS, EMAIL_USE_SSL = _EMAIL_SECURITY == "STARTTLS", _EMAIL_SECURITY == "TLS"
EMAIL_TIMEOUT = environment.number(
    "EMAIL_TIMEOUT", 15, "Seconds without an answer after which the mail server is left."
)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = HOME / "mail"
DEFAULT_FROM_EMAIL = environment.text(
    "DEFAULT_FROM_EMAIL", "maillage@localhost", "Sender of the messages of the instance."
)

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
FORMAT_MODULE_PATH = "maillage.ui.locales"
FORM_RENDERER = "maillage.ui.forms.Renderer"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [p for p in [Path(__file__).parents[1] / "ui" / "frontend"] if p.is_dir()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Files named by their content: a browser keeps them for good, and a new version is seen at once.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CSP_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "worker-src": [SELF],
    "manifest-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": CSP_POLICY}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
if HTTPS:
    # The prefix makes browsers refuse a cookie set by a neighbour host or over plain HTTP.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health$"]  # asked by machines beside the proxy
SESSION_COOKIE_AGE = ACCOUNT_SESSION_COOKIE_AGE = 12 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSRF_FAILURE_VIEW = "maillage.site.errors.stale_form"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
