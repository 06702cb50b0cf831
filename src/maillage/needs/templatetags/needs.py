"""How a need stands, as every page of needs shows it."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from maillage.needs.vocabulary import NeedState
from maillage.ui.templatetags.ui import state

register = template.Library()

_SIGNS = {
    NeedState.EXPRESSED: "waiting",
    NeedState.SENT: "waiting",
    NeedState.TAKEN: "ontrack",
    NeedState.CLOSED: "done",
    NeedState.WITHDRAWN: "provisional",
}


@register.simple_tag
def need_state(stage: str) -> SafeString:
    """`{% need_state need.stage %}`: the sign and the words of where a need stands."""
    told = NeedState(stage)
    return state(_SIGNS[told], told.label)
