"""Ways between firms as a service of routes tells them, when whoever runs the instance turned one on.

from maillage.outreach import outside
outside.is_on(Going.WALKING)                 # OSRM on foot, or Valhalla
told = outside.ways(points, Going.WALKING)   # seconds and metres, or which service did not answer
"""

from maillage.outreach.outside.asking import is_on, ways
from maillage.outreach.outside.told import NOTHING, Point, Ways

__all__ = ["NOTHING", "Point", "Ways", "is_on", "ways"]
