"""What an instance is: whose it is, on which territory, how it looks and in whose name it writes.

One row, written when the instance is founded. Every page shows some of it, so each process remembers
what it read and looks again after ten seconds, or at once when it changed it itself.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.db import Error, models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from maillage.accounts.languages import LANGUAGES

AGAIN_AFTER: Final = 10.0
ONLY: Final = 1


class Identity(models.Model):
    """The instance as its founders named it: organisation in charge, territory, language, look, sender."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    territory = models.CharField(_("territory"), max_length=40)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    accent = models.CharField(_("colour"), max_length=7, blank=True)
    logo = models.BinaryField(_("logo"), default=bytes, blank=True)
    logo_type = models.CharField(max_length=20, blank=True)
    logo_digest = models.CharField(max_length=64, blank=True)
    sender = models.EmailField(_("sender of messages"), blank=True)

    class Meta:
        verbose_name = _("identity of the instance")
        constraints: ClassVar = [
            models.CheckConstraint(name="accounts_only_one_identity", condition=models.Q(id=ONLY))
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}, {self.territory}"


@dataclass(frozen=True, slots=True)
class Face:
    """What pages, messages and reports read of it; all blank on an instance that nobody founded."""

    organisation_id: int = 0
    name: str = ""
    territory: str = ""
    language: str = ""
    accent: str = ""
    logo_digest: str = ""
    sender: str = ""

    @property
    def style_url(self) -> str:
        """The style sheet of its colour; another colour has another address."""
        return f"{reverse('accounts:colours')}?v={self.accent[1:]}" if self.accent else ""

    @property
    def logo_url(self) -> str:
        """Its logo, likewise."""
        digest = self.logo_digest[:12]
        return f"{reverse('accounts:logo')}?v={digest}" if digest else ""


_NOBODY: Final = Face()
_read: dict[str, Any] = {}


def current() -> Face:
    """The instance's identity as this process last read it."""
    instant = time.monotonic()
    if "face" not in _read or instant > _read["until"]:
        try:
            face = _look()
        except Error:  # away, or not migrated yet: as it was known, and ask again next time
            return _read.get("face", _NOBODY)  # type: ignore[no-any-return]
        _read.update(face=face, until=instant + AGAIN_AFTER)
    return _read["face"]  # type: ignore[no-any-return]


def _look() -> Face:
    fields = (
        "organisation_id", "organisation__name", "territory", "language", "accent", "logo_digest", "sender",
    )  # fmt: skip
    row = Identity.objects.filter(pk=ONLY).values_list(*fields).first()
    return Face(*row) if row else _NOBODY


def logo() -> tuple[bytes, str]:
    """The bytes of the logo and their type; nothing when there is none."""
    row = Identity.objects.filter(pk=ONLY).values_list("logo", "logo_type").first()
    return (bytes(row[0]), row[1]) if row else (b"", "")


def is_empty() -> bool:
    """Whether nobody works on this instance yet: no organisation. Once there is one, there always is."""
    if "founded" not in _read:
        from maillage.accounts.models import Organisation

        if not Organisation.objects.exists():
            return True
        _read["founded"] = True
    return False


def forget() -> None:
    """Look again at the database: the identity was just written."""
    _read.clear()


def presume(face: Face = _NOBODY) -> None:
    """Take the instance for one that is founded and has this identity, without looking (tests)."""
    _read.update(founded=True, face=face, until=time.monotonic() + AGAIN_AFTER)
