"""The draw protocol srd1: freeze, commit, seed, draw, assign, replace, verify."""
