"""What is kept of external series: what other bodies published, about nobody."""

from __future__ import annotations

from maillage.kernel.retention import PUBLIC, Kept
from maillage.series import models

KEPT = {
    models.SeriesFile: Kept(why=PUBLIC, plain="series url licence"),
    models.SeriesLine: Kept(why=PUBLIC, plain="area area_name detail since said"),
}
