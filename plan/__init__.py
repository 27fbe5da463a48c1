"""The decision: catalogue, settings and what is in Azure make a final plan, or all conflicts. Pure functions."""
