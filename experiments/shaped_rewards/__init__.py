"""What shaped rewards do in RL, and what a start from long chains is worth: two registered claims.

`design.py` holds every number, `registration.md` what is claimed, `run.py` is the command.
"""
