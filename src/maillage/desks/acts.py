"""The kinds of acts that desks record: a session held, a firm welcomed, a project leader welcomed.

Acts of a project have its pseudonym as source, the same at every organisation that knows it, and neither name
nor contact: how many projects reached a stage is counted across organisations without knowing whose they are.
"""

from __future__ import annotations

from maillage import ledger
from maillage.desks.vocabulary import FORMALITIES, OTHER, START_UP, Following, Reason, SessionReason
from maillage.kernel.text import Words

SOURCE_SESSION, SOURCE_WELCOME, SOURCE_PROJECT = "desks.session", "desks.welcome", "desks.project"
SOURCE_AWARENESS = "desks.awareness"

_PROJECTS = "maillage.desks.lines.projects"

SESSION_HELD = ledger.declare(
    ledger.Kind(
        "desks.session_held",
        Words("Permanence tenue", "Desk session held"),
        subject="none",
        present="maillage.desks.lines.sessions",
    )
)
FIRM_WELCOMED = ledger.declare(
    ledger.Kind(
        "desks.firm_welcomed",
        Words("Entreprise accueillie à une permanence", "Firm welcomed at a desk"),
        present="maillage.desks.lines.welcomes",
    )
)
PROJECT_WELCOMED = ledger.declare(
    ledger.Kind(
        "desks.project_welcomed",
        Words("Porteur de projet accueilli", "Project leader welcomed"),
        subject="none",
        present=_PROJECTS,
    )
)

PROJECT_SUPPORTED = ledger.declare(
    ledger.Kind(
        "desks.project_supported",
        Words("Accompagnement d’un projet commencé", "Support of a project began"),
        subject="none",
        present=_PROJECTS,
    )
)
CREATION_TOLD = ledger.declare(
    ledger.Kind(
        "desks.creation_told",
        Words("Entreprise créée, dit son porteur", "Firm created, its founder says"),
        subject="none",
        present=_PROJECTS,
    )
)
# The same stage once the firm is found in the register: it then stands on the sheet of the firm.
FIRM_CREATED = ledger.declare(
    ledger.Kind(
        "desks.firm_created",
        Words("Entreprise née d’un projet accueilli", "Firm born of a project welcomed before"),
        present=_PROJECTS,
    )
)
LOAN_GRANTED = ledger.declare(
    ledger.Kind(
        "desks.loan_granted",
        Words("Prêt ou garantie accordé à un projet", "Loan or guarantee granted to a project"),
        subject="none",
        present=_PROJECTS,
    )
)
YOUTH_MET = ledger.declare(
    ledger.Kind(
        "desks.youth_met",
        Words("Jeunes sensibilisés à la création", "Young people told of starting a firm"),
        subject="none",
        present="maillage.desks.lines.awareness",
    )
)
PROJECT_KINDS = tuple(
    kind.name
    for kind in (PROJECT_WELCOMED, PROJECT_SUPPORTED, CREATION_TOLD, FIRM_CREATED, LOAN_GRANTED)
)

for _code, _words in (
    (START_UP, Words("Créer une entreprise", "Start a firm")),
    (FORMALITIES, Words("Formalités", "Formalities")),
    (OTHER, Words("Autre motif d’accueil", "Other purpose of a welcome")),
):
    ledger.themes.declare(ledger.themes.Theme(_code, _words))

ledger.reasons.declare(
    "desks",
    {
        **{reason.value: reason.label for reason in Reason},
        **{reason.value: reason.label for reason in SessionReason},
        **{reason.value: reason.label for reason in Following},
    },
)
# A need withdrawn with the welcome at which it was heard.
ledger.reasons.declare("needs", {reason.value: reason.label for reason in Reason})
