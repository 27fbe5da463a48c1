"""Azure's regions and geographies, and the target regions of a version."""
