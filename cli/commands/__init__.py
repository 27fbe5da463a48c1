"""The commands of `labs`, one a file."""
