"""Budget forcing (s1): thinking of a length that is decided from outside, and its baselines."""
