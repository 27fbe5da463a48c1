"""The values that policies and rules work on."""
