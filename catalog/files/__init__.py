"""Files that people write: read with the place of each value, findings in them, and edits of their text."""
