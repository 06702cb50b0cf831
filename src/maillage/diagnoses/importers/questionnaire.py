"""A questionnaire in its TOML file: read whole, every problem told with its line, brought in as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.diagnoses import actions
from maillage.diagnoses.models import MACHINE, Questionnaire
from maillage.kernel.errors import Invalid
from maillage.kernel.rows import Importer, Run
from maillage.kernel.text import Words

Files = Mapping[str, tuple[str, Path]]


class _Whole:
    """The file of one questionnaire."""

    def preview(self, files: Files, run: Run) -> Mapping[str, Any]:
        """How many questions it asks, and whether they are new here."""
        name, text = _text(files)
        return _told(text, actions.compared_with_last(text=text, by=run.by, file=name))

    def apply(self, files: Files, run: Run) -> Mapping[str, Any]:
        """Bring it in as a draft of whoever loads it, at once."""
        name, text = _text(files)
        return _told(text, actions.take_in(text=text, load=run.load, by=run.by, file=name))


def _text(files: Files) -> tuple[str, str]:
    name, path = files["file"]
    try:
        return name, path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(
            _("The file is not in UTF-8."), remedy=_("Save it again in UTF-8, then load it.")
        ) from None


def _told(text: str, kind: str) -> dict[str, Any]:
    asked = len(actions.checked(text).questions)
    return {"counts": {"read": asked, kind: asked}}


def _leads_to(run: Run) -> str:
    found = Questionnaire.objects.visible_to(MACHINE).filter(load=run.load).first()
    return reverse("diagnoses:questionnaire", args=[found.key]) if found else ""


def _undo(run: Run) -> int:
    actions.take_out(load=run.load)
    return 0


IMPORTER = Importer(
    name="questionnaire",
    words=Words("Questionnaire de diagnostic", "Questionnaire of a diagnosis"),
    about=Words(
        "Un fichier TOML\u00a0: des axes, des questions, leurs choix et leurs points, des conseils. Il devient un brouillon, "
        "qu’un chargé de mission ou un responsable de service publie. Annuler le chargement retire le brouillon\u00a0; une "
        "version publiée reste.",
        "A TOML file: axes, questions, their choices and points, advice. It becomes a draft, which an officer or a "
        "service manager publishes. Undoing the load removes the draft; a published version stays.",
    ),
    whole=_Whole(),
    discard=lambda run: actions.take_out(load=run.load),
    undo=_undo,
    leads_to=_leads_to,
    kinds={
        "new": Words("Questions d’un nouveau questionnaire", "Questions of a new questionnaire"),
        "changed": Words("Questions d’une nouvelle version", "Questions of a new version"),
        "unchanged": Words("Déjà là, sans changement", "There already, unchanged"),
    },
    common=False,
)
