"""What is kept of the instance itself, and of the tables that other people's packages bring."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from allauth.account.models import EmailAddress, EmailConfirmation
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django_tasks_db.models import DBTaskResult

from maillage.kernel.retention import PASSING, PROOF, PUBLIC, Files, Kept, Rule, Whose
from maillage.kernel.text import Words
from maillage.site.models import Backup, Instance, Pulse

_UNUSED = Words(
    fr="Vide\u00a0: les droits viennent des rôles.", en="Empty: rights come from roles."
)

FILES = (
    Files(
        name="answers_of_services",
        folder=Path(settings.OUTSIDE_ANSWERS).name,
        name_of=Words(fr="réponses de services extérieurs", en="answers of services outside"),
        why=Words(
            fr="Pour ne pas redemander, et pour les jours où le service se tait\u00a0; trente jours.",
            en="Not to ask again, and for the days when the service is silent; thirty days.",
        ),
        words=Words(fr="Fichier supprimé", en="File removed"),
        whose=Whose.FIRM,
        after=timedelta(days=30),
        text=lambda path: path.read_text(encoding="utf-8"),
    ),
)

KEPT = {
    Pulse: Kept(why=PASSING, plain="process"),
    Instance: Kept(why=PUBLIC, plain="size"),
    Backup: Kept(why=PROOF, plain="outcome folder detail"),
    Session: Kept(
        why=Words(fr="Le temps d’une session.", en="For the time of a session."),
        personal="session_data",
        whose=Whose.MEMBER,
        plain="session_key",
        rules=(
            Rule(
                name="old_sessions",
                words=Words(fr="Session supprimée", en="Session removed"),
                after=timedelta(days=1),
                since="expire_date",
            ),
        ),
    ),
    EmailAddress: Kept(
        why=Words(
            fr="Tant que la personne a son nom ici.", en="As long as the person is named here."
        ),
        personal="email",
        whose=Whose.MEMBER,
        rules=(
            Rule(
                name="addresses_of_those_who_left",
                words=Words(fr="Adresse supprimée", en="Address removed"),
                after=timedelta(0),
                only={"user__is_active": False, "user__name": ""},
            ),
        ),
    ),
    EmailConfirmation: Kept(why=PASSING, plain="key"),
    DBTaskResult: Kept(
        why=PASSING,
        plain="id status args_kwargs task_path worker_ids queue_name backend_name return_value"
        " exception_class_path traceback",
    ),
    Permission: Kept(why=_UNUSED, plain="name codename"),
    Group: Kept(why=_UNUSED, plain="name"),
    ContentType: Kept(why=PUBLIC, plain="app_label model"),
}
