"""Reinforcement learning on TRL's GRPO trainer, with rewards that are shaped by length."""
