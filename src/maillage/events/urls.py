"""Routes of events, each with who may take it."""

from __future__ import annotations

from maillage.accounts.policy import EVERYONE, Rule, Scope, route, term
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.events.models.events import READERS, RESOURCE
from maillage.events.permissions import FIELD_ROLES
from maillage.events.views import events, lists, public, workshops
from maillage.kernel.text import Words

app_name = "events"

EVENTS = term(RESOURCE, fr="Événements", en="Events")
LISTS = term("event_lists", fr="Listes d’inscrits", en="Lists of who registered")
CALENDAR = term("calendar", fr="Agenda public", en="Public calendar")
OWN = term(
    "own_registration",
    fr="Inscription suivie par qui s’est inscrit",
    en="Registration followed by who registered",
)
REGISTER = term("sign_up", fr="S’inscrire", en="Register")


PARTNERS = Sensitivity.PARTNERS
AUDIT = (Role.AUDITOR,)
NO_NAMES = Words(
    fr="Un partenaire lit l’agenda partagé, jamais les noms des listes.",
    en="A partner reads the calendar that is shared, never the names on the lists.",
)
HOLDS = Words(
    fr="L’organisation qui tient l’événement en tient la liste.",
    en="The organisation that holds an event keeps its list.",
)
ANYBODY = Words(
    fr="Toute entreprise ou personne s’inscrit à un événement annoncé, sans compte.",
    en="Any firm or person registers for an event that is announced, without an account.",
)
HOLDER = Words(
    fr="Qui tient le lien d’une inscription la lit et y renonce.",
    en="Whoever holds the link of a registration reads it and gives it up.",
)

_all = Rule("list", EVENTS, READERS, sensitivity=PARTNERS)
_export = Rule("export", EVENTS, READERS, sensitivity=PARTNERS)
_make = Rule("create", EVENTS, FIELD_ROLES, sensitivity=PARTNERS)
_read = Rule("read", EVENTS, READERS, Scope.SHARED, PARTNERS, NO_NAMES, AUDIT)
_edit = Rule("edit", EVENTS, FIELD_ROLES, Scope.OWN, PARTNERS, HOLDS)
_cancel = Rule("cancel", EVENTS, FIELD_ROLES, Scope.OWN, PARTNERS, HOLDS)
_look = Rule("read", LISTS, FIELD_ROLES, Scope.OWN, PARTNERS, HOLDS)
_keep = Rule("edit", LISTS, FIELD_ROLES, Scope.OWN, PARTNERS, HOLDS)
_announced = Rule("read", CALENDAR, EVERYONE)
_book = Rule(REGISTER, CALENDAR, EVERYONE, why=ANYBODY)
_own = Rule("read", OWN, EVERYONE, Scope.ANY, why=HOLDER)
_give_up = Rule("edit", OWN, EVERYONE, Scope.ANY, why=HOLDER)

_one, _line = "evenements/<uuid:key>/", "evenements/inscriptions/<uuid:key>/"
_room, _said = "evenements/ateliers/<uuid:key>/", "evenements/contributions/<uuid:key>/"
_open, _held = "agenda/<uuid:key>/", "l/<str:token>/inscription/"

urlpatterns = [
    route("evenements/", events.events, name="events", get=_all),
    route("evenements.csv", events.events_csv, name="events_csv", get=_export),
    route("evenements/nouveau/", events.new_event, name="new_event", get=_make, post=_make),
    route(_one, events.event, name="event", maker="event", get=_read),
    route(f"{_one}modifier/", events.change_event, name="change_event", maker="event", get=_edit, post=_edit),
    route(f"{_one}ouvrir/", events.open_event, name="open_event", maker="event", post=_edit),
    route(f"{_one}clore/", events.close_registration, name="close_registration", maker="event", post=_edit),
    route(f"{_one}tenu/", events.hold_event, name="hold_event", maker="event", post=_edit),
    route(f"{_one}annuler/", events.cancel_event, name="cancel_event", maker="event", get=_cancel, post=_cancel),
    route(f"{_one}liste/", lists.check_in, name="check_in", maker="event", get=_look),
    route(f"{_one}inscrire/", lists.register_for, name="register_for", maker="event", get=_keep, post=_keep),
    route(f"{_one}arrivee/", lists.arrival, name="arrival", maker="event", get=_keep, post=_keep),
    route(f"{_one}inviter/", events.invite, name="invite", maker="to_come", post=_edit),
    route(f"{_one}fiche/", events.mayors_sheet, name="sheet", maker="walk", get=_look),
    route(f"{_one}fiche.pdf", events.mayors_sheet_pdf, name="sheet_pdf", maker="walk", get=_look),
    route(_line, lists.line, name="line", maker="line", get=_look),
    route(f"{_line}besoin/", lists.concern, name="concern", maker="met", get=_keep, post=_keep),
    route(f"{_line}entreprise/", lists.identify, name="identify", maker="line", get=_keep, post=_keep),
    route(f"{_line}presence/", lists.present, name="present", maker="line", post=_keep),
    route(f"{_line}retirer/", lists.end, name="end", maker="line", get=_keep, post=_keep),
    route(f"{_line}ateliers/", workshops.choose, name="choose", maker="for_workshops", get=_keep, post=_keep),
    route(f"{_one}liste.pdf", workshops.paper_list, name="paper_list", maker="event", get=_look),
    route(f"{_one}ateliers/nouveau/", workshops.new_workshop, name="new_workshop", maker="workshop_day", get=_edit, post=_edit),
    route(f"{_one}compte-rendu/", workshops.proceedings, name="proceedings", maker="workshop_day", get=_look),
    route(f"{_one}compte-rendu.pdf", workshops.proceedings_pdf, name="proceedings_pdf", maker="workshop_day", get=_look),
    route(_room, workshops.workshop, name="workshop", maker="workshop", get=_look),
    route(f"{_room}modifier/", workshops.change_workshop, name="change_workshop", maker="workshop", get=_edit, post=_edit),
    route(f"{_room}annuler/", workshops.cancel_workshop, name="cancel_workshop", maker="workshop", get=_cancel, post=_cancel),
    route(f"{_room}contribution/", workshops.contribute, name="contribute", maker="workshop", get=_keep, post=_keep),
    route(f"{_said}besoin/", workshops.contribution_need, name="contribution_need", maker="contribution", get=_keep, post=_keep),
    route(f"{_said}reprendre/", workshops.take_back, name="take_back", maker="contribution", post=_keep),
    route("agenda/", public.calendar, name="calendar", get=_announced),
    route(_open, public.announced, name="announced", maker="announced", get=_announced),
    route(f"{_open}inscription/", public.book, name="book", maker="announced", get=_book, post=_book),
    route("agenda/<uuid:key>.ics", public.announced_ics, name="ics", maker="announced", get=_announced),
    route("agenda/organisations/<uuid:key>.ics", public.feed, name="feed", maker="organisation", get=_announced),
    route(_held, public.registration, name="own", maker="link", get=_own),
    route(f"{_held}agenda.ics", public.own_ics, name="own_ics", maker="link", get=_own),
    route(f"{_held}ateliers/", public.choose, name="own_workshops", maker="link_of_assembly", post=_give_up),
    route(f"{_held}renoncer/", public.give_up, name="give_up", maker="link", post=_give_up),
]  # fmt: skip
