"""What is done with desks: places opened, sessions planned and held, people welcomed, projects followed."""

from maillage.desks.actions.awareness import (
    Group as Group,
    cancel_awareness as cancel_awareness,
    tell_young as tell_young,
)
from maillage.desks.actions.places import (
    Where as Where,
    change_place as change_place,
    close_place as close_place,
    open_place as open_place,
)
from maillage.desks.actions.projects import (
    Leader as Leader,
    change_leader as change_leader,
    forget_leader as forget_leader,
    meet_leader as meet_leader,
)
from maillage.desks.actions.sessions import (
    Hours as Hours,
    cancel_session as cancel_session,
    hold_session as hold_session,
    plan_sessions as plan_sessions,
)
from maillage.desks.actions.steps import (
    link_project as link_project,
    note_step as note_step,
    take_back_step as take_back_step,
    unlink_project as unlink_project,
)
from maillage.desks.actions.welcomes import (
    Facts as Facts,
    cancel_welcome as cancel_welcome,
    correct_welcome as correct_welcome,
    follow_match as follow_match,
    welcome_firm as welcome_firm,
    welcome_leader as welcome_leader,
)
