"""Registration of the package with the framework."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ConventionsConfig(AppConfig):
    """Conventions: parties, versions, axes, actions, targets, money."""

    name = "maillage.conventions"
    label = "conventions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep signed texts sealed through migrations."""
        from maillage.conventions import sealing

        uid = "conventions.sealing"
        pre_migrate.connect(sealing.lift_before_migrate, sender=self, dispatch_uid=uid)
        post_migrate.connect(sealing.seal_after_migrate, sender=self, dispatch_uid=uid)
