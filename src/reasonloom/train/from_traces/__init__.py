"""Rows to learn from out of stored runs: the calls that `loom eval` made, and what came of them.

Four kinds of rows: SFT (calls of right solutions), preferences (a right reply against a wrong one
to the same prompt), step values (steps and how often they ended right), RL (problems with answers).
Each row says where it comes from, and what is left out says why.
"""
