"""Places of welcome, desk sessions, welcomes, projects."""

from maillage.desks.models.places import Place as Place, Session as Session
from maillage.desks.models.projects import Awareness as Awareness, Step as Step
from maillage.desks.models.welcomes import Project as Project, Welcome as Welcome
