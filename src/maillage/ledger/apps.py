"""Registration of the package with the framework."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class LedgerConfig(AppConfig):
    """The append-only ledger: one act a row, chained by recording organisation."""

    name = "maillage.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Learn the kinds of acts of every package, and keep the seal through migrations."""
        autodiscover_modules("acts")
        post_migrate.connect(_seal_after_migrate, sender=self, dispatch_uid="ledger.seal")


def _seal_after_migrate(using: str = "default", **_: Any) -> None:
    """Framework hook: a migration of SQLite that rebuilds the table of acts loses its triggers."""
    from maillage.ledger import sealing

    if sealing.exists(using):
        sealing.seal(using)
        sealing.assert_sealed(using)
