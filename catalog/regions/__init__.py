"""Azure's regions and geographies, and which regions a version goes to."""
