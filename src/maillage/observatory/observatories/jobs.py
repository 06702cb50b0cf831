"""Jobs and skills: how many people craft and the whole employ, and in which trades."""

from __future__ import annotations

from maillage.figures.observations.closed_list import JOBS, JOBS_TOLD
from maillage.kernel.text import Words
from maillage.observatory.observatories import Observatory, Side, mapped, panels

OBSERVATORY = Observatory(
    slug="emplois",
    rank=4,
    title=Words("Emplois et compétences", "Jobs and skills"),
    question=Words(
        "Qui emploie, et dans quels métiers\u202f?", "Who employs, and in which trades?"
    ),
    indicators=(JOBS,),
    segment="all",
    panels=(
        mapped.a_map,
        panels.key_figures(*JOBS_TOLD),
        panels.a_series("register.first_hires", segment="all", side=Side.BESIDE),
        panels.by_activity(JOBS),
        panels.by_activity(JOBS, segment="craft_rm"),
    ),
)
