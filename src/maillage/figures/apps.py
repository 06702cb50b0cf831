"""Registration of the package; every app's `indicators.py` is read once the models are ready."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FiguresConfig(AppConfig):
    """Indicators: defined once, computed live, opened always, published under secrecy."""

    name = "maillage.figures"
    label = "figures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Read the declarations of every package (they enter the registry by themselves)."""
        autodiscover_modules("indicators")
