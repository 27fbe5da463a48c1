"""Types of Microsoft.Compute: galleries, image definitions and versions, and what versions are made from."""
