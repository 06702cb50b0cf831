"""Registration of the package with the framework."""

from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    """The pages that read across: dashboards, records, enterprise sheet, outturn report."""

    name = "maillage.observatory"
    label = "observatory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the units that figures count the pages of this package."""
        from maillage.observatory import naming

        naming.wire()
