"""Every write about diagnoses: questionnaires, passes, the steps of plans."""

from maillage.diagnoses.actions.passes import cancel_pass, correct_pass, record_pass
from maillage.diagnoses.actions.questionnaires import (
    begin_version,
    bring,
    checked,
    compared_with_last,
    drop_draft,
    publish,
    rewrite,
    take_in,
    take_out,
)
from maillage.diagnoses.actions.steps import (
    add_step,
    drop_step,
    finish_step,
    open_need,
    take_up_step,
)

__all__ = [
    "add_step",
    "begin_version",
    "bring",
    "cancel_pass",
    "checked",
    "compared_with_last",
    "correct_pass",
    "drop_draft",
    "drop_step",
    "finish_step",
    "open_need",
    "publish",
    "record_pass",
    "rewrite",
    "take_in",
    "take_out",
    "take_up_step",
]
