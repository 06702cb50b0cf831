"""The console command `maillage`: every management command of the product under one name."""

import os
import sys


def main() -> None:
    """Run one command of Maillage (`maillage help` lists them)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
