"""The yardstick of the measurements: a Pulumi project of its own."""
