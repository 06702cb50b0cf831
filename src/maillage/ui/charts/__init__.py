"""Charts and maps drawn by the server as SVG: links first, one style sheet, nothing inline.

Text would fall under 12 px on a phone, so each chart is drawn twice, `.wide` and `.narrow`, each
with ids of its own. A point or a shape that stands for records is a link with a spoken name.
"""

from maillage.ui.charts.bars import Row, bar_chart
from maillage.ui.charts.intervals import Estimate, multiples
from maillage.ui.charts.lines import Line, Moment, line_chart
from maillage.ui.charts.maps import Shape, commune_map
from maillage.ui.charts.series import Mark, Point, cumulative, running

__all__ = [
    "Estimate",
    "Line",
    "Mark",
    "Moment",
    "Point",
    "Row",
    "Shape",
    "bar_chart",
    "commune_map",
    "cumulative",
    "line_chart",
    "multiples",
    "running",
]
