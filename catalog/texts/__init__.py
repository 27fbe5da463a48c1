"""Texts in the languages that people read: which language is chosen, and the catalogues of translations."""
