"""Types of single values, shared by the catalogue and the settings of a stack."""
