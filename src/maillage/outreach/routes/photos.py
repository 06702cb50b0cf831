"""Routes of the photographs of visits."""

from __future__ import annotations

from maillage.accounts.policy import Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words
from maillage.outreach.models.visits import READERS
from maillage.outreach.permissions import FIELD_ROLES
from maillage.outreach.views import photos

PHOTOS = term("visit_photos", fr="Photographies de visites", en="Photographs of visits")
OWN_PHOTO = Words(
    fr="On ajoute et retire les photographies de ses propres visites ; le responsable de service, celles de son équipe.",
    en="One adds and removes the photographs of one's own visits; a service manager, those of the team.",
)
NOT_SHARED = Words(
    fr="Seuls l’organisation qui a fait la visite et les auditeurs les voient, quoi qu’elle partage.",
    en="Only the organisation that made the visit and auditors see them, whatever it shares.",
)

PARTNERS = Sensitivity.PARTNERS
_read = Rule("read", PHOTOS, READERS, Scope.OWN, PARTNERS, NOT_SHARED, everywhere=(Role.AUDITOR,))
_add = Rule("create", PHOTOS, FIELD_ROLES, Scope.OWN, PARTNERS, OWN_PHOTO)
_remove = Rule("edit", PHOTOS, FIELD_ROLES, Scope.OWN, PARTNERS, OWN_PHOTO)
_send = Rule("create", PHOTOS, FIELD_ROLES, sensitivity=PARTNERS, why=OWN_PHOTO)

ROUTES = [
    route(
        "visites/<uuid:key>/photos/", photos.add_photo, name="add_photo", maker="visit", post=_add
    ),
    route("visites/photos/<uuid:key>/", photos.photo, name="photo", maker="photo", get=_read),
    route(
        "visites/photos/<uuid:key>/retirer/",
        photos.remove_photo,
        name="remove_photo",
        maker="photo",
        get=_remove,
        post=_remove,
    ),
    route("ma-journee/telephone/photos/", photos.send_photo, name="send_photo", post=_send),
]
