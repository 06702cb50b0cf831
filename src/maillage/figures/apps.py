"""Registration of the package; every app's `indicators.py` is read once the models are ready."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from maillage import ledger


class FiguresConfig(AppConfig):
    """Indicators: defined once, computed live, opened always, published under secrecy."""

    name = "maillage.figures"
    label = "figures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Read the declarations of every package, and keep what was published as it was."""
        from maillage.accounts import append_only
        from maillage.figures import witnessed

        append_only.keep("figures_publication", "key", "once")
        append_only.keep("figures_publishedfigure", "publication_id, rank")
        autodiscover_modules("indicators")
        ledger.also_verify(witnessed.altered)
