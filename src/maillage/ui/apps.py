"""Registration of the package with the framework."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The design system: layout, components, charts, formats, reports. It knows no model."""

    name = "maillage.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"
