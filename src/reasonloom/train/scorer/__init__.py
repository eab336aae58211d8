"""A scorer of steps: values by Monte Carlo, and a head that learns them."""
