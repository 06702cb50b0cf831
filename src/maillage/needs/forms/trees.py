"""The tree of themes under the pen: a family, a theme, the reason of a publication."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.kernel.text import Words
from maillage.ledger.themes import Tree
from maillage.needs.actions.trees import Branch
from maillage.needs.tree.editing import LONGEST, place_of
from maillage.ui.forms import VersionedForm


class WordsForm(VersionedForm):
    """A code that stays for good, words in two languages, a place."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Small letters, digits, - and _. It stands in acts: it never changes."),
        max_length=40,
    )
    fr = forms.CharField(label=_("In French"), max_length=LONGEST)
    en = forms.CharField(label=_("In English"), max_length=LONGEST)
    place = forms.IntegerField(label=_("Place (1 comes first)"), min_value=1, max_value=200)

    def __init__(self, *args: Any, tree: Tree, held: str = "", **kwargs: Any) -> None:
        self.tree, self.held = tree, held
        super().__init__(*args, **kwargs)
        if held:
            self.fields["code"].disabled = True
            self.fields["code"].widget = forms.HiddenInput()

    def words(self) -> Words:
        """What it is called."""
        return Words(fr=self.cleaned_data["fr"].strip(), en=self.cleaned_data["en"].strip())


class FamilyForm(WordsForm):
    """A family: themes that go together."""


class ThemeForm(WordsForm):
    """A theme: what a firm may ask for."""

    field_order = ("code", "fr", "en", "family", "place")

    family = forms.ChoiceField(label=_("Family"))
    sensitive = forms.BooleanField(
        label=_("Told in confidence"),
        help_text=_("It counts; its lines, old ones too, are masked for whoever has no right."),
        required=False,
    )
    ended = forms.BooleanField(
        label=_("No longer offered"),
        help_text=_("What was recorded under it keeps its name."),
        required=False,
    )
    replaced_by = forms.ChoiceField(
        label=_("Replaced by"),
        help_text=_("For a theme that is no longer offered: what is told under it goes there."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields
        chosen["family"].choices = [(one.code, str(one.words)) for one in self.tree.families]
        others = [
            (code, str(one.words))
            for code, one in self.tree.themes.items()
            if one.ended_on is None and code != self.held
        ]
        chosen["replaced_by"].choices = [("", _("By nothing")), *others]

    def branch(self) -> Branch:
        """The theme as the action takes it."""
        given = self.cleaned_data
        names = ("code", "family", "place", "sensitive", "ended", "replaced_by")
        return Branch(words=self.words(), **{name: given[name] for name in names})


class PublishForm(VersionedForm):
    """Why a version replaces the one in force."""

    because = forms.CharField(
        label=_("Why"),
        help_text=_("Read by everybody beside this version."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def initial_of_family(tree: Tree, code: str) -> dict[str, Any]:
    """What the form of a family starts from: the family, or a new one at the end."""
    for rank, one in enumerate(tree.families, start=1):
        if one.code == code:
            return {"code": code, "fr": one.words.fr, "en": one.words.en, "place": rank}
    return {"place": len(tree.families) + 1}


def initial_of_theme(tree: Tree, code: str, family: str) -> dict[str, Any]:
    """What the form of a theme starts from: the theme, or a new one at the end of a family."""
    theme = tree.themes.get(code)
    if theme is None:
        held = next((one.themes for one in tree.families if one.code == family), ())
        return {"family": family, "place": len(held) + 1}
    where, place = place_of(tree, code)
    return {
        "code": code,
        "fr": theme.words.fr,
        "en": theme.words.en,
        "family": where,
        "place": place,
        "sensitive": theme.sensitive,
        "ended": theme.ended_on is not None,
        "replaced_by": theme.replaced_by,
    }
