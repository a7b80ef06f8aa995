"""How tightly operators bind: one scale for the parser, for text and for LaTeX."""

# From loose to tight: x or y · x and y · not x · x < y · x + y · x*y · -x · x^y · what needs no parentheses.
OR, AND, NOT, COMPARE, ADD, TIMES, SIGN, POWER, ATOM = range(1, 10)
