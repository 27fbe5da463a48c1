"""Files that people write: parsed with the place of each value; findings in them; YAML text for edits."""
