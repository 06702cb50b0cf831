"""The stages of a programme, and what each counts as; names are permanent, they are in the acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.kernel.rows import folded
from maillage.kernel.text import Words


class Counted(models.TextChoices):
    """What a stage counts as, whatever a programme calls it."""

    WELCOME = "welcome", _("Welcome")
    SUPPORT = "support", _("Support")
    TRIAL = "trial", _("Trial of an activity")
    CREATION = "creation", _("Creation")
    LOAN = "loan", _("Loan")
    GUARANTEE = "guarantee", _("Guarantee")
    JOB = "job", _("Job found")


#: Those that lend or guarantee a sum.
MONEY = frozenset((Counted.LOAN, Counted.GUARANTEE))


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a programme: its code, which stays, what it is called, what it counts as."""

    code: str
    fr: str
    en: str
    counts_as: str

    @property
    def words(self) -> Words:
        """What it is called."""
        return Words(fr=self.fr, en=self.en)

    @property
    def spellings(self) -> frozenset[str]:
        """How a cell may write it."""
        return frozenset(folded(one) for one in (self.code, self.fr, self.en))

    def as_dict(self) -> dict[str, str]:
        """As it is kept."""
        return asdict(self)


def stages_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Stage, ...]:
    """The stages of a list that was kept."""
    return tuple(Stage(**{name: str(one[name]) for name in _FIELDS}) for one in kept)


_FIELDS = ("code", "fr", "en", "counts_as")

USUAL = (
    Stage("welcome", "Accueil", "Welcome", Counted.WELCOME.value),
    Stage("support", "Accompagnement", "Support", Counted.SUPPORT.value),
    Stage("trial", "Test", "Trial", Counted.TRIAL.value),
    Stage("creation", "Création", "Creation", Counted.CREATION.value),
    Stage("loan", "Prêt", "Loan", Counted.LOAN.value),
    Stage("guarantee", "Garantie", "Guarantee", Counted.GUARANTEE.value),
    Stage("job", "Emploi", "Job", Counted.JOB.value),
)
