"""Gets the real Pulumi engine and runs it against the pretend Azure."""
