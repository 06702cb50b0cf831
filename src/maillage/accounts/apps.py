"""Registration of the package with the framework."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Organisations, people, memberships, rights, shares and the journal of accesses."""

    name = "maillage.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the journals append-only through migrations."""
        from maillage.accounts import append_only

        append_only.keep("accounts_access", for_good=False)
        append_only.keep("accounts_change")
        post_migrate.connect(
            append_only.protect_after_migrate, sender=self, dispatch_uid="accounts.append_only"
        )
