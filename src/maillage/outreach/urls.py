"""Routes of prospecting, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, SIGNED_IN, Rule, Scope, route, shared, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words
from maillage.outreach.models.distress import READERS as SIGNAL_READERS
from maillage.outreach.models.visits import READERS, RESOURCE
from maillage.outreach.permissions import FIELD_ROLES
from maillage.outreach.routes import photos, portfolios, rounds, sharing, visited, walks
from maillage.outreach.views import (
    campaigns,
    controls,
    day,
    distress,
    firms,
    guides,
    kept_rounds,
    phone,
    streets,
    visits,
)

app_name = "outreach"

VISITS = term(RESOURCE, fr="Visites et appels", en="Visits and calls")
NOTES = term("visit_notes", fr="Notes confidentielles de visite", en="Confidential visit notes")
CAMPAIGNS = term("campaigns", fr="Campagnes de prospection", en="Prospecting campaigns")
ROUNDS = term("rounds", fr="Tournées gardées", en="Kept rounds")
PHONE = term("phone", fr="Programme du téléphone", en="Program of the phone")
GUIDES = term("visit_guides", fr="Trames et points des visites", en="Visit guides and points")
SIGNALS = term(distress.RESOURCE, fr="Signaux précoces", en="Early signals")
CONTROLS = term("visit_controls", fr="Contrôles de visites", en="Controls of visits")
FIRMS = term("field_firms", fr="Entreprises ajoutées à la main", en="Firms added by hand")

# What a firm tells of its difficulties: named to no partner but by a share of that very class.
shared(VISITS, Sensitivity.DIFFICULTY)

RUNNERS = (Role.OFFICER, Role.SERVICE_MANAGER)
EDITORS = (Role.SERVICE_MANAGER,)
PARTNERS = Sensitivity.PARTNERS
OWN_VISIT = Words(
    fr="On corrige ou annule ses propres visites ; le responsable de service, celles de son équipe.",
    en="One corrects or cancels one's own visits; a service manager, those of the team.",
)
OWN_ROUND = Words(
    fr="On ordonne et retire sa propre tournée ; le responsable de service retire aussi celles de son équipe.",
    en="One orders and takes back one's own round; a service manager also takes back those of the team.",
)
FACTS_ONLY = Words(
    fr="L’agent d’un partenaire lit les faits ; le conseiller d’un partenaire lit aussi la note partagée.",
    en="A partner's officer reads the facts; a partner's adviser also reads the shared note.",
)
JOURNALLED = Words(
    fr="Seuls l’organisation qui l’a écrite et les auditeurs la lisent ; chaque lecture est journalisée.",
    en="Only the organisation that wrote it and auditors read it; each reading is journalled.",
)

TOLD_HERE = Words(
    fr="Seuls les conseillers et le responsable de l’organisation à qui l’entreprise l’a dit ; chaque lecture est "
    "journalisée, rien n’est partagé ni exporté.",
    en="Only advisers and the manager of the organisation that the firm told; each reading is journalled, nothing is "
    "shared or exported.",
)
NOT_ONES_OWN = Words(
    fr="On ne rappelle pas au sujet de ses propres visites.",
    en="Nobody calls back about their own visits.",
)

_report = Rule("create", VISITS, FIELD_ROLES, sensitivity=PARTNERS)
_correct = Rule("correct", VISITS, FIELD_ROLES, Scope.OWN, PARTNERS, why=OWN_VISIT)
_cancel = Rule("cancel", VISITS, FIELD_ROLES, Scope.OWN, PARTNERS, why=OWN_VISIT)
_add = Rule("create", FIRMS, FIELD_ROLES, sensitivity=PARTNERS)
_match = Rule("edit", FIRMS, FIELD_ROLES, Scope.OWN, PARTNERS)
_prepare = Rule("create", CAMPAIGNS, RUNNERS, sensitivity=PARTNERS)
_run = Rule("edit", CAMPAIGNS, RUNNERS, Scope.OWN, PARTNERS)
AUDIT = (Role.AUDITOR,)
_read = Rule("read", VISITS, READERS, Scope.SHARED, PARTNERS, FACTS_ONLY, AUDIT)
_note = Rule("read", NOTES, READERS, Scope.OWN, Sensitivity.DIFFICULTY, JOURNALLED, AUDIT)

_round = Rule("use", ROUNDS, FIELD_ROLES, sensitivity=PARTNERS)
_own_round = Rule("edit", ROUNDS, FIELD_ROLES, Scope.OWN, PARTNERS, why=OWN_ROUND)
_guides = Rule("list", GUIDES, FIELD_ROLES)
_guide = Rule("read", GUIDES, FIELD_ROLES, Scope.OWN)
_begin = Rule("create", GUIDES, EDITORS)
_write = Rule("edit", GUIDES, EDITORS, Scope.OWN)
_publish = Rule("publish", GUIDES, EDITORS, Scope.OWN)
_signals = Rule("list", SIGNALS, SIGNAL_READERS, sensitivity=Sensitivity.DIFFICULTY, why=TOLD_HERE)
_signal = Rule("read", SIGNALS, SIGNAL_READERS, Scope.OWN, Sensitivity.DIFFICULTY, TOLD_HERE)
_object = Rule("edit", SIGNALS, SIGNAL_READERS, Scope.OWN, Sensitivity.DIFFICULTY, TOLD_HERE)

_controls = Rule("list", CONTROLS, READERS, sensitivity=PARTNERS)
_control = Rule("read", CONTROLS, READERS, Scope.OWN, PARTNERS, everywhere=AUDIT)
_draw = Rule("create", CONTROLS, EDITORS, sensitivity=PARTNERS)
_check = Rule("edit", CONTROLS, FIELD_ROLES, Scope.OWN, PARTNERS, why=NOT_ONES_OWN)

urlpatterns = [
    route("controles/", controls.controls, name="controls", get=_controls, post=_draw),
    route("controles/<uuid:key>/", controls.control, name="control", maker="control", get=_control),
    route(
        "controles/<uuid:key>/visites.csv",
        controls.control_csv,
        name="control_csv",
        maker="control",
        get=_control,
    ),
    route(
        "controles/visites/<uuid:key>/",
        controls.check,
        name="check_visit",
        maker="controlled",
        post=_check,
    ),
    route("trames/", guides.guides, name="guides", get=_guides),
    route(
        "trames/<slug:kind>/ecrire/", guides.begin, name="begin_guide", maker="kind", post=_begin
    ),
    route("trames/<uuid:key>/", guides.guide, name="guide", maker="guide", get=_guide),
    route(
        "trames/<uuid:key>/modifier/",
        guides.edit,
        name="edit_guide",
        maker="guide",
        get=_write,
        post=_write,
    ),
    route(
        "trames/<uuid:key>/publier/",
        guides.publish,
        name="publish_guide",
        maker="guide",
        post=_publish,
    ),
    route(
        "trames/<uuid:key>/abandonner/", guides.drop, name="drop_guide", maker="guide", post=_write
    ),
    route("signaux/", distress.signals, name="signals", get=_signals),
    route(
        "visites/<uuid:key>/signaux/", distress.signal, name="signal", maker="signal", get=_signal
    ),
    route(
        "visites/<uuid:key>/signaux/opposition/",
        distress.object_to,
        name="object_to_signals",
        maker="visit",
        post=_object,
    ),
    route(
        "signaux/oppositions/<uuid:key>/lever/",
        distress.lift,
        name="lift_objection",
        maker="objection",
        post=_object,
    ),
    route(
        "ma-journee/tournee/",
        kept_rounds.my_round,
        name="my_round",
        get=_round,
        post=_round,
    ),
    route(
        "ma-journee/tournee/<uuid:key>/ordre/",
        kept_rounds.order_round,
        name="order_round",
        maker="kept_round",
        post=_own_round,
    ),
    route(
        "ma-journee/tournee/<uuid:key>/retirer/",
        kept_rounds.withdraw_round,
        name="withdraw_round",
        maker="kept_round",
        post=_own_round,
    ),
    route("telephone.js", phone.worker, name="phone_worker", get=Rule("read", PHONE, EVERYONE)),
    # Whoever is signed in: a phone that changed hands learns it from this answer.
    route("ma-journee/telephone/", phone.contact, name="phone", get=Rule("use", PHONE, SIGNED_IN)),
    route(
        "ma-journee/telephone/visites/<uuid:key>/",
        phone.send_visit,
        name="send_visit",
        maker="establishment",
        post=_report,
    ),
    route("ma-journee/", day.my_day, name="my_day", get=Rule("read", VISITS, FIELD_ROLES)),
    route(
        "etablissements/<uuid:key>/visite/",
        visits.new_visit,
        name="new_visit",
        maker="establishment",
        get=_report,
        post=_report,
    ),
    route("visites/<uuid:key>/", visits.visit, name="visit", maker="visit", get=_read),
    route(
        "visites/<uuid:key>/note/",
        visits.confidential,
        name="confidential",
        maker="visit",
        get=_note,
    ),
    route(
        "visites/<uuid:key>/corriger/",
        visits.correct_visit,
        name="correct_visit",
        maker="visit",
        get=_correct,
        post=_correct,
    ),
    route(
        "visites/<uuid:key>/annuler/",
        visits.cancel_visit,
        name="cancel_visit",
        maker="visit",
        get=_cancel,
        post=_cancel,
    ),
    route("entreprises/ajouter/", firms.add_firm, name="add_firm", get=_add, post=_add),
    route(
        "etablissements/<uuid:key>/rapprocher/",
        firms.match_firm,
        name="match_firm",
        maker="firm",
        get=_match,
        post=_match,
    ),
    route(
        "etablissements/<uuid:key>/suivre/",
        firms.follow_match,
        name="follow_match",
        maker="matched_firm",
        post=_match,
    ),
    route(
        "campagnes/",
        campaigns.campaigns,
        name="campaigns",
        get=Rule("read", VISITS, READERS, sensitivity=PARTNERS),
    ),
    route(
        "campagnes/nouvelle/",
        campaigns.new_campaign,
        name="new_campaign",
        get=_prepare,
        post=_prepare,
    ),
    route("campagnes/<uuid:key>/", campaigns.campaign, name="campaign", maker="draft", get=_read),
    route(
        "campagnes/<uuid:key>/modifier/",
        campaigns.change_campaign,
        name="change_campaign",
        maker="draft",
        get=_run,
        post=_run,
    ),
    route("campagnes/<uuid:key>/figer/", campaigns.freeze, name="freeze", maker="draft", post=_run),
    route(
        "campagnes/<uuid:key>/entreprises/",
        campaigns.firms,
        name="firms",
        maker="campaign",
        get=_read,
    ),
    route(
        "campagnes/<uuid:key>/entreprises.csv",
        campaigns.firms_csv,
        name="firms_csv",
        maker="campaign",
        get=_read,
    ),
    route(
        "campagnes/<uuid:key>/repartir/",
        campaigns.assign,
        name="assign",
        maker="campaign",
        get=_run,
        post=_run,
    ),
    route(
        "campagnes/<uuid:key>/rues/",
        streets.streets,
        name="streets",
        maker="campaign",
        get=_read,
    ),
    route(
        "campagnes/<uuid:key>/rues.csv",
        streets.streets_csv,
        name="streets_csv",
        maker="campaign",
        get=_read,
    ),
    route(
        "campagnes/<uuid:key>/rues/<str:commune>/<str:name>/",
        streets.street,
        name="street",
        maker="street",
        get=_read,
    ),
    route(
        "campagnes/<uuid:key>/rues/<str:commune>/<str:name>.csv",
        streets.street_csv,
        name="street_csv",
        maker="street",
        get=_read,
    ),
    *photos.ROUTES,
    *portfolios.ROUTES,
    *rounds.ROUTES,
    *sharing.ROUTES,
    *visited.ROUTES,
    *walks.ROUTES,
]
