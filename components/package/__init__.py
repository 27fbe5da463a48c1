"""The package that programs of others add: its schema, its component, and the process that serves both."""
