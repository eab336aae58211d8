"""Rows that teach ReasonFlux's navigator its library, to plan, and to adjust."""
