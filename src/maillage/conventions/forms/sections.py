"""The kinds of lines of a draft: their rows, their form, their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.conventions.forms.targets import TargetForm
from maillage.conventions.forms.texts import (
    ActionForm,
    AxisForm,
    BudgetForm,
    DeliberationForm,
    LineForm,
    PartyForm,
)
from maillage.conventions.models import Action, Axis, BudgetLine, Deliberation, Party, Target
from maillage.conventions.models.rows import Row


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of lines of a text: its rows, its form, its words."""

    model: type[Row]
    form: type[LineForm]
    one: Promise | str
    several: Promise | str


SECTIONS: Mapping[str, Section] = {
    "parties": Section(Party, PartyForm, _("Party"), _("Parties")),
    "deliberations": Section(Deliberation, DeliberationForm, _("Deliberation"), _("Deliberations")),
    "axes": Section(Axis, AxisForm, _("Axis"), _("Axes")),
    "actions": Section(Action, ActionForm, _("Action"), _("Actions")),
    "targets": Section(Target, TargetForm, _("Target"), _("Targets")),
    "budget": Section(BudgetLine, BudgetForm, _("Budget line"), _("Budget")),
}
