"""What is done with needs: heard, agreed to, sent to a partner, answered, closed."""

from maillage.needs.actions.agreeing import agree as agree, end_agreement as end_agreement
from maillage.needs.actions.answering import (
    close_referral as close_referral,
    expire_due as expire_due,
    note_seen as note_seen,
    refuse as refuse,
    take_up as take_up,
)
from maillage.needs.actions.calling_back import (
    call_back as call_back,
    call_backs_due as call_backs_due,
)
from maillage.needs.actions.closing import close_need as close_need, give_up as give_up
from maillage.needs.actions.correcting import (
    add_words as add_words,
    correct_contact as correct_contact,
    correct_words as correct_words,
)
from maillage.needs.actions.hearing import (
    Asked as Asked,
    Birth as Birth,
    follow_match as follow_match,
    hear_need as hear_need,
    settle_heard as settle_heard,
    withdraw_need as withdraw_need,
)
from maillage.needs.actions.opinions import (
    give_opinion as give_opinion,
    opinions_due as opinions_due,
)
from maillage.needs.actions.ruling import (
    Rule as Rule,
    add_rule as add_rule,
    end_rule as end_rule,
)
from maillage.needs.actions.sending import send_referral as send_referral, take_back as take_back
from maillage.needs.actions.terms import (
    decide_synonym as decide_synonym,
    end_term as end_term,
    keep_term as keep_term,
)
from maillage.needs.actions.trees import (
    Branch as Branch,
    begin_tree as begin_tree,
    drop_tree as drop_tree,
    publish_tree as publish_tree,
    put_family as put_family,
    put_theme as put_theme,
    take_out as take_out,
)
