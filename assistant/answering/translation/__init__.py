"""Translations of quotes, and whether they say what the quote says. Imports prompting and the
verdict.
"""
