"""ReasonFlux against self-consistent chain of thought at equal tokens: the registered experiments.

`registration.md` and `registration_2.md` say what is claimed, `design.py` in what they differ;
`train.py`, `teach.py` and `run.py` are the commands, in this order.
"""
