"""Late news of the register: acts whose firm, for their day, is now said to have been something else.

The news changes no act. Each act it concerns is listed as a drift; whoever keeps it corrects many at
once (each is reversed and recorded anew with what is now known) or leaves them, and says why.
"""
