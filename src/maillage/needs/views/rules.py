"""Routing rules: which partner answers what; what nobody answers is told first."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel.errors import Invalid
from maillage.needs import actions, routing
from maillage.needs.forms.needs import RuleForm
from maillage.needs.models import RoutingRule
from maillage.needs.models.needs import label_of
from maillage.needs.permissions import can_route


def rules(request: ActorRequest) -> HttpResponse:
    """The rules in force, what none of them answers, and one more."""
    form = kept.bind(request, RuleForm)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_rule(
                rule=form.rule(),
                partner=given["partner"],
                by=request.actor,
                once=str(given["once"]),
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Written: this partner is proposed from now on."))
            return redirect("needs:rules")
    known = routing.rules_of(request.actor)
    context = {
        "form": form,
        "rules": [(one, [label_of(theme) for theme in one.themes]) for one in known],
        "holes": routing.holes(known),
        "may_route": can_route(request.actor),
    }
    return render(request, "needs/rules.html", context, status=422 if form.errors else 200)


def end_rule(request: ActorRequest, key: UUID) -> HttpResponse:
    """The rule proposes nothing any more."""
    own = RoutingRule.objects.filter(organisation_id=request.actor.organisation_id)
    actions.end_rule(rule=get_visible_or_404(own, request.actor, key=key), by=request.actor)
    messages.success(request, _("Ended: this rule proposes nothing any more."))
    return redirect("needs:rules")
