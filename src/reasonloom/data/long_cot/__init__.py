"""Long chains of thought, built action by action: clarify, decompose, solve, reflect, answer.

Yeo et al., arXiv 2502.03373 (Demystifying long chain of thought), section 3 and its appendix on
action prompting, of which no code was released. A state machine says which action comes next, a
model carries each one out, and the log becomes one text.

What differs: goals stand in a tree, in which none is set twice; actions and tokens are bounded, and
each chain has a typed end; replies are JSON by schema. What is kept must have the right answer.
"""
