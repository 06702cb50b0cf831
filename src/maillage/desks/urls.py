"""Routes of desks, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import Rule, Scope, route, shared, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.desks.models.places import READERS, RESOURCE
from maillage.desks.permissions import FIELD_ROLES, PLANNERS
from maillage.desks.views import awareness, following, places, projects, sessions, welcomes
from maillage.kernel.text import Words

app_name = "desks"

DESKS = term(RESOURCE, fr="Permanences et accueils", en="Desks and welcomes")
PLACES = term("desk_places", fr="Lieux d’accueil", en="Places of welcome")
PROJECTS = term("desk_projects", fr="Porteurs de projet", en="Project leaders")

# What a firm tells of its difficulties: named to no partner but by a share of that very class.
shared(DESKS, Sensitivity.DIFFICULTY)

PARTNERS, PERSONAL = Sensitivity.PARTNERS, Sensitivity.PERSONAL
AUDIT = (Role.AUDITOR,)
OWN = Words(
    fr="On corrige ou annule ses propres accueils ; le responsable de service, ceux de son équipe.",
    en="One corrects or cancels one's own welcomes; a service manager, those of the team.",
)
NO_NAME = Words(
    fr="Un partenaire lit le motif et le pseudonyme d’un porteur de projet, jamais son nom.",
    en="A partner reads the purpose and the pseudonym of a project leader, never their name.",
)

_list = Rule("list", DESKS, READERS, sensitivity=PARTNERS)
_export = Rule("export", DESKS, READERS, sensitivity=PARTNERS)
_read = Rule("read", DESKS, READERS, Scope.SHARED, PARTNERS, NO_NAME, AUDIT)
_plan = Rule("create", DESKS, FIELD_ROLES, sensitivity=PARTNERS)
_welcome = Rule("create", DESKS, FIELD_ROLES, Scope.OWN, PARTNERS)
_edit = Rule("edit", DESKS, FIELD_ROLES, Scope.OWN, PARTNERS)
_cancel = Rule("cancel", DESKS, FIELD_ROLES, Scope.OWN, PARTNERS)
_correct = Rule("correct", DESKS, FIELD_ROLES, Scope.OWN, PARTNERS, why=OWN)
_cancel_own = Rule("cancel", DESKS, FIELD_ROLES, Scope.OWN, PARTNERS, why=OWN)
_places = Rule("list", PLACES, FIELD_ROLES)
_take_places = Rule("export", PLACES, FIELD_ROLES)
_open = Rule("create", PLACES, PLANNERS)
_change = Rule("edit", PLACES, PLANNERS, Scope.OWN)
_close = Rule("end", PLACES, PLANNERS, Scope.OWN)
_people = Rule("list", PROJECTS, FIELD_ROLES, sensitivity=PERSONAL)
_take_people = Rule("export", PROJECTS, FIELD_ROLES, sensitivity=PERSONAL)
_person = Rule("read", PROJECTS, FIELD_ROLES, Scope.OWN, PERSONAL)
_write = Rule("edit", PROJECTS, FIELD_ROLES, Scope.OWN, PERSONAL)
_forget = Rule("end", PROJECTS, FIELD_ROLES, Scope.OWN, PERSONAL)

_one, _came = "permanences/<uuid:key>/", "accueils/<uuid:key>/"
_place, _leader = "permanences/lieux/<uuid:key>/", "porteurs-de-projet/<uuid:key>/"

urlpatterns = [
    route("permanences/", sessions.sessions, name="sessions", get=_list),
    route("permanences.csv", sessions.sessions_csv, name="sessions_csv", get=_export),
    route("permanences/planifier/", sessions.plan, name="plan", get=_plan, post=_plan),
    route("permanences/jeunes/", awareness.awareness, name="awareness", get=_list),
    route("permanences/jeunes.csv", awareness.awareness_csv, name="awareness_csv", get=_export),
    route("permanences/jeunes/nouvelle/", awareness.new_awareness, name="new_awareness", get=_plan, post=_plan),
    route("permanences/jeunes/<uuid:key>/annuler/", awareness.cancel_awareness, name="cancel_awareness", maker="awareness", get=_cancel, post=_cancel),
    route("permanences/lieux/", places.places, name="places", get=_places),
    route("permanences/lieux.csv", places.places_csv, name="places_csv", get=_take_places),
    route("permanences/lieux/nouveau/", places.new_place, name="new_place", get=_open, post=_open),
    route(f"{_place}modifier/", places.change_place, name="change_place", maker="place", get=_change, post=_change),
    route(f"{_place}fermer/", places.close_place, name="close_place", maker="place", get=_close, post=_close),
    route(_one, sessions.session, name="session", maker="session", get=_read),
    route(f"{_one}tenue/", sessions.hold, name="hold", maker="session", post=_edit),
    route(f"{_one}annuler/", sessions.cancel, name="cancel", maker="session", get=_cancel, post=_cancel),
    route(f"{_one}accueil/<uuid:firm>/", welcomes.new_welcome, name="new_welcome", maker="session_and_firm", get=_welcome, post=_welcome),
    route(f"{_one}porteur-de-projet/", welcomes.new_leader, name="new_leader", maker="session", get=_welcome, post=_welcome),
    route(f"{_one}porteur-de-projet/<uuid:project>/", welcomes.leader_again, name="leader_again", maker="session_and_project", get=_welcome, post=_welcome),
    route(_came, welcomes.welcome, name="welcome", maker="welcome", get=_read),
    route(f"{_came}corriger/", welcomes.correct_welcome, name="correct_welcome", maker="welcome", get=_correct, post=_correct),
    route(f"{_came}annuler/", welcomes.cancel_welcome, name="cancel_welcome", maker="welcome", get=_cancel_own, post=_cancel_own),
    route(f"{_came}suivre/", welcomes.follow_match, name="follow_match", maker="left_behind", post=_edit),
    route("porteurs-de-projet/", projects.projects, name="projects", get=_people),
    route("porteurs-de-projet.csv", projects.projects_csv, name="projects_csv", get=_take_people),
    route(_leader, projects.project, name="project", maker="project", get=_person),
    route(f"{_leader}modifier/", projects.change_project, name="change_project", maker="project", get=_write, post=_write),
    route(f"{_leader}etape/", following.add_step, name="add_step", maker="project", get=_write, post=_write),
    route("porteurs-de-projet/etapes/<uuid:key>/retirer/", following.take_back, name="take_back", maker="step", post=_write),
    route(f"{_leader}entreprise/", following.link, name="link", maker="project", post=_write),
    route(f"{_leader}entreprise/retirer/", following.unlink, name="unlink", maker="linked_project", post=_write),
    route(f"{_leader}oublier/", projects.forget_project, name="forget_project", maker="project", get=_forget, post=_forget),
]  # fmt: skip
