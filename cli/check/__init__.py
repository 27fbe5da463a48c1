"""What `labs check` looks at: catalogues, stack files, the policies' configuration."""
