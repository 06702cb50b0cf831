"""A firm says what it thinks of the answer to its need: its link shows the questions, only its button answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from maillage.kernel.errors import Invalid
from maillage.needs import following
from maillage.needs.actions import give_opinion
from maillage.needs.forms.opinions import OpinionForm
from maillage.needs.models import Opinion
from maillage.needs.models.needs import MACHINE
from maillage.needs.purposes import OPINION
from maillage.post.holding import held, no_link
from maillage.post.models import Link


@held(OPINION)
def opinion(request: HttpRequest, link: Link, token: str) -> HttpResponse:
    """Two questions, then thanks with what was answered."""
    need = following.need_of(link)
    if need is None:
        return no_link(request)
    form = OpinionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            give_opinion(need=need, by=following.firm_itself(need), **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("needs:opinion", token=token)
    said = Opinion.objects.visible_to(MACHINE).filter(need=need, answered_at__isnull=False).first()
    context = {"need": need, "form": form, "said": said, "token": token}
    return render(request, "needs/asking/opinion.html", context, status=422 if form.errors else 200)
