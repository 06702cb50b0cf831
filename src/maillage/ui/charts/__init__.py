"""Charts and maps drawn by the server as SVG: links first, one style sheet, nothing inline.

Text would fall under 12 px on a phone, so each chart is drawn twice, `.wide` and `.narrow`, each
with ids of its own. A point or a shape that stands for records is a link with a spoken name.
"""

from maillage.ui.charts.bars import Row, bar_chart
from maillage.ui.charts.intervals import Estimate, multiples
from maillage.ui.charts.lifelines import Life, Span, life_lines
from maillage.ui.charts.lines import Line, Moment, line_chart
from maillage.ui.charts.maps import Shape, commune_map
from maillage.ui.charts.points import Heap, Pin, point_map
from maillage.ui.charts.radar import Round, radar
from maillage.ui.charts.series import Mark, Point, cumulative, running
from maillage.ui.charts.spots import Ground, Spot, spot_map
from maillage.ui.charts.street import Door, Sign, street_strip

__all__ = [
    "Door",
    "Estimate",
    "Ground",
    "Heap",
    "Life",
    "Line",
    "Mark",
    "Moment",
    "Pin",
    "Point",
    "Round",
    "Row",
    "Shape",
    "Sign",
    "Span",
    "Spot",
    "bar_chart",
    "commune_map",
    "cumulative",
    "life_lines",
    "line_chart",
    "multiples",
    "point_map",
    "radar",
    "running",
    "spot_map",
    "street_strip",
]
