"""The configuration of policies: their settings and exemptions."""
