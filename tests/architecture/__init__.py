"""The shape of the house: sizes, order, words, imports."""
