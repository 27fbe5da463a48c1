"""The page of `labs overview`: what it says in three languages, its pictures, its template."""
