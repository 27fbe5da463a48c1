"""What engine and protocol cost: a Pulumi project of its own."""
