"""What the stores of production answer, from dictionaries: one module for each, its functions by the same names.

Each function gets the tables first. `install` puts them in the stores' places. A query that has no answer here fails
loudly: give it one.
"""
