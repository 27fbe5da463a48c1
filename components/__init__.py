"""What is declared: Pulumi components that map the entries of a plan to resources, deciding nothing."""
