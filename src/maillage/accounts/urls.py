"""Routes of people, organisations and rights, each with who may take it."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from maillage.accounts import instance_views, policy, sign_in_urls, views
from maillage.accounts.policy import EVERYONE, SIGNED_IN, Rule, Scope, route
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words

RIGHTS = policy.term("rights", fr="Droits", en="Rights")
ACCOUNT = policy.term("own_account", fr="Son propre compte", en="One's own account")
PEOPLE = policy.term("people", fr="Personnes et rôles", en="People and roles")
SHARES = policy.term("shares", fr="Partages entre organisations", en="Shares between organisations")
JOURNALS = policy.term(
    "journals", fr="Journaux des accès et des droits", en="Journals of accesses and rights"
)

ORGANISATIONS = policy.term("organisations", fr="Organisations", en="Organisations")
INSTANCE = policy.term("instance", fr="Identité de l’instance", en="Identity of the instance")
RETENTION = policy.term("retention", fr="Durées de conservation", en="How long things are kept")
CONFIRM = policy.term("confirm", fr="Confirmer", en="Confirm")

ADMINISTRATOR = (Role.ADMINISTRATOR,)
MANAGERS = (Role.ADMINISTRATOR, Role.SERVICE_MANAGER, Role.AUDITOR)
ONLY_OWN = Words(
    fr="Un administrateur n’administre que son organisation.",
    en="An administrator administers their own organisation only.",
)
IN_CHARGE = Words(
    fr="L’organisation responsable de l’instance s’occupe aussi de celles que personne n’administre.",
    en="The organisation in charge of the instance also settles those that nobody administers.",
)
OF_THE_INSTANCE = Words(
    fr="Seule l’organisation responsable de l’instance peut l’enregistrer.",
    en="Only the organisation in charge of the instance may save it.",
)

_open = Rule("create", PEOPLE, ADMINISTRATOR, sensitivity=Sensitivity.PERSONAL, why=ONLY_OWN)
_end = Rule("end", PEOPLE, ADMINISTRATOR, Scope.OWN, Sensitivity.PERSONAL, why=ONLY_OWN)
_grant = Rule("create", SHARES, ADMINISTRATOR, sensitivity=Sensitivity.PARTNERS, why=ONLY_OWN)
_withdraw = Rule("end", SHARES, ADMINISTRATOR, Scope.OWN, Sensitivity.PARTNERS, why=ONLY_OWN)
_review = Rule("read", PEOPLE, ADMINISTRATOR, sensitivity=Sensitivity.PERSONAL, why=ONLY_OWN)
_confirm = Rule(CONFIRM, PEOPLE, ADMINISTRATOR, Scope.OWN, Sensitivity.PERSONAL, why=ONLY_OWN)
_add = Rule("create", ORGANISATIONS, ADMINISTRATOR)
_name = Rule("edit", ORGANISATIONS, ADMINISTRATOR, Scope.OWN, why=IN_CHARGE)
_identity = Rule("edit", INSTANCE, ADMINISTRATOR, why=OF_THE_INSTANCE)
_look = Rule("read", INSTANCE, EVERYONE)

routes = [
    route("droits/", views.rights_page, name="rights", get=Rule("read", RIGHTS, EVERYONE)),
    route(
        "compte/",
        views.me,
        name="me",
        get=Rule("read", ACCOUNT, SIGNED_IN),
        post=Rule("edit", ACCOUNT, SIGNED_IN),
    ),
    route(
        "organisation/",
        views.organisation,
        name="organisation",
        get=Rule("read", PEOPLE, MANAGERS, sensitivity=Sensitivity.PERSONAL),
    ),
    route(
        "organisation/personnes/ajouter/",
        views.open_membership,
        name="membership_open",
        get=_open,
        post=_open,
    ),
    route(
        "organisation/personnes/<uuid:key>/fin/",
        views.end_membership,
        name="membership_end",
        maker="membership",
        get=_end,
        post=_end,
    ),
    route("organisation/revue/", views.review, name="review", get=_review),
    route(
        "organisation/personnes/<uuid:key>/confirmer/",
        views.confirm_membership,
        name="membership_confirm",
        maker="membership",
        post=_confirm,
    ),
    route(
        "organisation/partages/ajouter/",
        views.grant_share,
        name="share_grant",
        get=_grant,
        post=_grant,
    ),
    route(
        "organisation/partages/<uuid:key>/fin/",
        views.end_share,
        name="share_end",
        maker="share",
        get=_withdraw,
        post=_withdraw,
    ),
    route(
        "organisation/journaux/",
        views.journals,
        name="journals",
        get=Rule(
            "read",
            JOURNALS,
            (Role.ADMINISTRATOR, Role.AUDITOR),
            sensitivity=Sensitivity.PERSONAL,
        ),
    ),
    route(
        "conservation/",
        instance_views.retention,
        name="retention",
        get=Rule("read", RETENTION, MANAGERS),
    ),
    route(
        "organisations/",
        instance_views.organisations,
        name="organisations",
        get=Rule("list", ORGANISATIONS, MANAGERS),
    ),
    route(
        "organisations/ajouter/",
        instance_views.add_organisation,
        name="organisation_add",
        get=_add,
        post=_add,
    ),
    route(
        "organisations/<uuid:key>/modifier/",
        instance_views.rename_organisation,
        name="organisation_edit",
        maker="organisation",
        get=_name,
        post=_name,
    ),
    route(
        "premiers-pas/",
        instance_views.first_steps,
        name="first_steps",
        get=Rule("read", INSTANCE, ADMINISTRATOR),
    ),
    route(
        "instance/",
        instance_views.set_identity,
        name="identity",
        get=_identity,
        post=_identity,
    ),
    route("instance/couleurs.css", instance_views.colours, name="colours", get=_look),
    route("instance/logo", instance_views.logo, name="logo", get=_look),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *sign_in_urls.urlpatterns,
    path("", include((routes, "accounts"))),
]
