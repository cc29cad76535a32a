"""The report of a review, for people: what was found before what is missing, and what only a person can answer.

One model, whoever writes it: ``reporters/markdown.py`` is the first.
"""
