"""What is wanted: the files that people write, as frozen models. Nothing here knows Azure or Pulumi."""
