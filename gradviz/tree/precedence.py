"""How tightly operators bind: one scale for the reader of formulas and for both ways of writing them."""

# From loose to tight: x or y · x and y · not x · x < y · x + y · x*y · -x · x^y · what needs no parentheses.
OR, AND, NOT, COMPARE, ADD, TIMES, SIGN, POWER, ATOM = range(1, 10)
