"""The thesaurus on screen: terms kept, terms proposed by what people chose."""

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
from maillage.ledger import themes
from maillage.needs import actions, thesaurus
from maillage.needs.forms.terms import TermForm
from maillage.needs.models import Synonym, Term
from maillage.needs.models.needs import label_of
from maillage.needs.models.terms import TermQuerySet
from maillage.needs.permissions import can_keep_terms, can_load_terms
from maillage.ui.csvout import csv_response


def _asked(request: ActorRequest) -> TermQuerySet:
    """The terms in use of one's organisation, of one theme when the address names it."""
    rows, theme = Term.objects.owned_by(request.actor).standing(), _theme(request)
    return rows.filter(theme__in=themes.leading_to(theme)) if theme else rows


def _theme(request: ActorRequest) -> str:
    theme = request.GET.get("theme", "")
    return themes.followed(theme) if themes.find(theme) else ""


def terms(request: ActorRequest) -> HttpResponse:
    """What is kept, what is proposed, and one more."""
    form = kept.bind(request, TermForm)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_term(by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Kept: these words propose from now on."))
            return redirect("needs:terms")
    context = {
        "form": form,
        "terms": [(one, label_of(one.theme)) for one in _asked(request).select_related("made_by")],
        "proposals": thesaurus.proposals(request.actor),
        "themes": themes.to_look_for(),
        "wanted": {"theme": _theme(request)},
        "may_keep": can_keep_terms(request.actor),
        "may_load": can_load_terms(request.actor),
        "query": request.GET.urlencode(),
    }
    return render(request, "needs/terms.html", context, status=422 if form.errors else 200)


def terms_csv(request: ActorRequest) -> HttpResponse:
    """The thesaurus as a file that `match_needs` and the loading of files read."""
    rows = [[one.term, one.theme] for one in _asked(request)]
    name = _("thesaurus")
    return csv_response(f"{name}.csv", [_("Term"), _("Theme")], rows)


def end_term(request: ActorRequest, key: UUID) -> HttpResponse:
    """A term proposes nothing any more."""
    own = Term.objects.filter(organisation_id=request.actor.organisation_id)
    actions.end_term(term=get_visible_or_404(own, request.actor, key=key), by=request.actor)
    messages.success(request, _("Taken out: these words propose nothing any more."))
    return redirect("needs:terms")


def decide(request: ActorRequest, key: UUID) -> HttpResponse:
    """Keep words of a request with the theme that was chosen, or none."""
    own = Synonym.objects.filter(need__organisation_id=request.actor.organisation_id)
    found = get_visible_or_404(own.select_related("need"), request.actor, key=key)
    refused = "refuse" in request.POST
    term = "" if refused else request.POST.get("term", "")[:400]
    if not refused and not term.strip():
        messages.error(request, _("Write the words to keep, or refuse."))
        return redirect("needs:terms")
    actions.decide_synonym(synonym=found, term=term, by=request.actor)
    messages.success(
        request, _("Refused.") if refused else _("Kept: these words propose from now on.")
    )
    return redirect("needs:terms")
