"""The words of reasons: why an action stopped, why an entry is withdrawn. Codes are permanent."""

from __future__ import annotations

from maillage.kernel.text import Words

# Why an action stopped: the codes kept with it, in words for the page.
REASONS = {
    "no_means": Words(fr="Moyens insuffisants", en="Not enough means"),
    "no_demand": Words(fr="Pas de demande", en="No demand"),
    "partner_left": Words(fr="Partenaire retiré", en="A partner left"),
    "premises_closed": Words(fr="Lieu fermé", en="Place closed"),
    "health_crisis": Words(fr="Crise sanitaire", en="Health crisis"),
    "replaced": Words(fr="Remplacée par une autre action", en="Replaced by another action"),
    "other": Words(fr="Autre raison", en="Another reason"),
}

# Why an entry or a turn is withdrawn: the reversal's reason code.
CORRECTIONS = {
    "typing_error": Words(fr="Erreur de saisie", en="Typing error"),
    "wrong_action": Words(fr="Mauvaise imputation", en="Charged to the wrong action"),
    "wrong_amount": Words(fr="Montant inexact", en="Wrong amount"),
    "wrong_date": Words(fr="Date inexacte", en="Wrong date"),
    "double_entry": Words(fr="Saisie en double", en="Entered twice"),
    "did_not_happen": Words(fr="N'a pas eu lieu", en="Did not happen"),
}
