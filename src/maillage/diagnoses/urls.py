"""Routes of diagnoses, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.diagnoses.models import READERS, RESOURCE
from maillage.diagnoses.permissions import EDITORS, FIELD_ROLES
from maillage.diagnoses.views import passes, progress, questionnaires, steps
from maillage.kernel.text import Words

app_name = "diagnoses"

DIAGNOSES = term(RESOURCE, fr="Diagnostics d’entreprises", en="Diagnoses of firms")
HANDED = term(
    "diagnoses_handed", fr="Résultat remis à l’artisan", en="Result handed to the artisan"
)
QUESTIONNAIRES = term(
    "questionnaires", fr="Questionnaires de diagnostic", en="Questionnaires of diagnosis"
)

PARTNERS = Sensitivity.PARTNERS
AUDIT = (Role.AUDITOR,)
OWN = Words(
    fr="On corrige ou annule ses propres diagnostics ; le responsable de service, ceux de son équipe.",
    en="One corrects or cancels one's own diagnoses; a service manager, those of the team.",
)
NO_NOTE = Words(
    fr="Un partenaire lit le score, les réponses et le plan, jamais la note.",
    en="A partner reads the score, the answers and the plan, never the note.",
)

_make = Rule("create", DIAGNOSES, FIELD_ROLES, sensitivity=PARTNERS)
_list = Rule("list", DIAGNOSES, READERS, sensitivity=PARTNERS)
_read = Rule("read", DIAGNOSES, READERS, Scope.SHARED, PARTNERS, NO_NOTE, AUDIT)
_repeat = Rule("read", DIAGNOSES, FIELD_ROLES, Scope.SHARED, PARTNERS)
_correct = Rule("correct", DIAGNOSES, FIELD_ROLES, Scope.OWN, PARTNERS, why=OWN)
_cancel = Rule("cancel", DIAGNOSES, FIELD_ROLES, Scope.OWN, PARTNERS, why=OWN)
_follow = Rule("edit", DIAGNOSES, FIELD_ROLES, Scope.OWN, PARTNERS)
_hand = Rule("read", HANDED, FIELD_ROLES, Scope.OWN, Sensitivity.DIFFICULTY)
_own = Rule("read", DIAGNOSES, FIELD_ROLES, sensitivity=PARTNERS)
_export = Rule("export", DIAGNOSES, FIELD_ROLES, sensitivity=PARTNERS)
_take = Rule("export", DIAGNOSES, READERS, sensitivity=PARTNERS, why=NO_NOTE)
_asked = Rule("list", QUESTIONNAIRES, READERS)
_ask = Rule("read", QUESTIONNAIRES, READERS, Scope.OWN)
_bring = Rule("create", QUESTIONNAIRES, EDITORS)
_write = Rule("edit", QUESTIONNAIRES, EDITORS, Scope.OWN)
_publish = Rule("publish", QUESTIONNAIRES, EDITORS, Scope.OWN)

_one = "diagnostics/<uuid:key>/"
_version = "questionnaires/<uuid:key>/"

urlpatterns = [
    route("diagnostics/", passes.passes, name="passes", get=_list),
    route("diagnostics.csv", passes.passes_csv, name="passes_csv", get=_take),
    route("diagnostics/progres/", progress.progress, name="progress", get=_own),
    route("diagnostics/progres.csv", progress.progress_csv, name="progress_csv", get=_export),
    route("etablissements/<uuid:key>/diagnostic/", passes.new_pass, name="new_pass", maker="establishment", get=_make, post=_make),
    route(_one, passes.one_pass, name="pass", maker="diagnosis", get=_read),
    route(f"{_one}refaire/", passes.again, name="again", maker="diagnosis", get=_repeat),
    route(f"{_one}corriger/", passes.correct_pass, name="correct_pass", maker="diagnosis", get=_correct, post=_correct),
    route(f"{_one}annuler/", passes.cancel_pass, name="cancel_pass", maker="diagnosis", get=_cancel, post=_cancel),
    route(f"{_one}remise/", passes.handed, name="handed", maker="diagnosis", get=_hand),
    route(f"{_one}remise.pdf", passes.handed_pdf, name="handed_pdf", maker="diagnosis", get=_hand),
    route(f"{_one}etapes/", steps.add_step, name="add_step", maker="diagnosis", get=_follow, post=_follow),
    route("diagnostics/etapes/<uuid:key>/", steps.close_step, name="close_step", maker="step", get=_follow, post=_follow),
    route("diagnostics/etapes/<uuid:key>/besoin/", steps.open_need, name="open_need", maker="step", get=_follow, post=_follow),
    route("questionnaires/", questionnaires.questionnaires, name="questionnaires", get=_asked),
    route("questionnaires/nouveau/", questionnaires.bring, name="bring", get=_bring, post=_bring),
    route("questionnaires/<slug:code>/prendre/", questionnaires.take, name="take", maker="shipped", post=_bring),
    route(_version, questionnaires.questionnaire, name="questionnaire", maker="draft", get=_ask),
    route(f"{_version}version/", questionnaires.begin_version, name="begin_version", maker="questionnaire", post=_write),
    route(f"{_version}modifier/", questionnaires.edit, name="edit_questionnaire", maker="draft", get=_write, post=_write),
    route(f"{_version}publier/", questionnaires.publish, name="publish_questionnaire", maker="draft", post=_publish),
    route(f"{_version}abandonner/", questionnaires.drop, name="drop_questionnaire", maker="draft", post=_write),
]  # fmt: skip
