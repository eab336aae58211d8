"""What trajectory preference and `adjust` teach a navigator: the registered experiment.

`design.py` holds every number, `registration.md` what is claimed, `run.py` is the command.
"""
