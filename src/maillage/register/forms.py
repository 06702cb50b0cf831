"""What a person types to find a firm."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.places.forms import PlaceField
from maillage.register import crafts, criteria
from maillage.ui.forms import DateField, Form, OnceForm


class SearchForm(Form):
    """A name, a trade name, a SIRET or a SIREN, maybe in one commune and of one segment."""

    q = forms.CharField(label=_("Name, trade name, SIRET or SIREN"), max_length=100, required=False)
    commune = PlaceField(
        commune=True,
        label=_("Commune"),
        help_text=_("Its name or its INSEE code."),
        required=False,
    )
    segment = forms.ChoiceField(label=_("Segment"), required=False)

    def __init__(self, *args: Any, to_public: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = criteria.offered(to_public=to_public)
        self._masks = {one.code: one.mask for one in offered}
        told = [(one.code, str(one.label)) for one in offered]
        cast("forms.ChoiceField", self.fields["segment"]).choices = [("", _("All firms")), *told]

    @property
    def mask(self) -> int:
        """The mask of the segment that was chosen, 0 for all firms."""
        return self._masks.get(self.cleaned_data["segment"], 0)


class DirectoryForm(SearchForm):
    """What is asked of the national directory; its limits are told by the answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].required = True
        del self.fields["segment"]


class CraftsForm(OnceForm):
    """A version of a chamber's list of craft activities."""

    codes = forms.CharField(
        label=_("Activity codes, one a line"),
        help_text=_(
            "A division (43), a class (10.71) or a subclass (10.71C) of NAF rev. 2; what follows the code is passed over."
        ),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        max_length=100_000,
    )
    since = DateField(label=_("Counts as craft since"))
    because = forms.CharField(
        label=_("Why this version"),
        help_text=_("The decree, the decision: everybody reads it beside the list."),
        max_length=300,
    )

    def clean_codes(self) -> str:
        """The lines as typed, once each of them can be read."""
        text: str = self.cleaned_data["codes"]
        _codes, bad = crafts.read(text)
        if bad:
            raise forms.ValidationError([str(one) for one in bad[: crafts.LINES_SHOWN]])
        return text
