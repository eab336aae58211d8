"""All families, in a fixed order; one file each."""

from __future__ import annotations

from reasonloom.worlds.families import (
    arithmetic_sum,
    arithmetic_term,
    arrangements,
    base_digits,
    binomial,
    definite_integral,
    derivative_value,
    divisor_count,
    draw_probability,
    expression,
    fraction_sum,
    gcd,
    lcm,
    linear_congruence,
    linear_equation,
    linear_system,
    mean,
    modular_power,
    polynomial_value,
    product,
    quadratic_root,
    remainder,
    squared_distance,
    triangle_area,
    two_congruences,
    two_sided_equation,
)

FAMILIES = {
    module.FAMILY.name: module.FAMILY
    for module in (
        gcd,
        lcm,
        modular_power,
        remainder,
        linear_equation,
        two_sided_equation,
        arithmetic_term,
        arithmetic_sum,
        fraction_sum,
        quadratic_root,
        linear_system,
        polynomial_value,
        divisor_count,
        binomial,
        mean,
        base_digits,
        product,
        expression,
        linear_congruence,
        two_congruences,
        arrangements,
        draw_probability,
        derivative_value,
        definite_integral,
        squared_distance,
        triangle_area,
    )
}
