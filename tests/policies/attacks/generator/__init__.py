"""Mutations of valid programs, against an oracle that is written from the tables and texts of the page about policies.

The oracle says of a whole program that it is refused or that it passes, where the page leaves no doubt; it shares no
code with the pack.
"""
