"""Registration of the package with the framework."""

from django.apps import AppConfig

from maillage.ledger import themes


class NeedsConfig(AppConfig):
    """Needs, their referrals to partners, and what came of them."""

    name = "maillage.needs"
    label = "needs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hand the tree of themes down to the ledger, which names and masks by it."""
        from maillage.needs.tree import kept

        themes.read_from(kept.versions)
