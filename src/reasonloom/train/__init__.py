"""Rows to learn from, rewards, and trainers: makers of rows and three trainers.

Makers turn problems, models and templates into rows (`rows.py`); SFT, DPO and RL learn from them.
"""
