"""Powers written out one after the other."""


def powers(base: int, exponent: int) -> str:
    """`3^2 = 9, 3^3 = 27, 3^4 = 81`: each from the one before it; the exponent is 2 or more."""
    return ", ".join(f"{base}^{k} = {base**k}" for k in range(2, exponent + 1))
