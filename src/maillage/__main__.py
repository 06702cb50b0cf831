"""The console command `maillage`: every management command of the product under one name."""

import os
import sys


def main() -> None:
    """Run one command of Maillage (`maillage help` lists them)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.site.settings")
    from maillage.site import console

    console.run(sys.argv)


if __name__ == "__main__":
    main()
