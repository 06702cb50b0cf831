"""The one door to services outside: asked politely, never waited for, refused in words.

A service is off until its address is given. An answer is read before it is kept, kept with its instant, and
shown with it; when the service is silent, what it last said is told as such. No redirect is followed: the
address comes from who runs the instance, and only the text of a question from who uses it. A service that
fails several times in a row, or asks to be left alone, is left alone for a while.
"""

from maillage.kernel.remote.answers import Folder
from maillage.kernel.remote.client import Answer, Client
from maillage.kernel.remote.refusals import Unavailable
from maillage.kernel.remote.service import Service

__all__ = ["Answer", "Client", "Folder", "Service", "Unavailable"]
