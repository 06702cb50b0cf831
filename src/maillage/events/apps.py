"""Registration of the package with the framework."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Events: breakfasts, fairs, assembly days, street walks, and who comes to them."""

    name = "maillage.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"
