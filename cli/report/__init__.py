"""What a run of the engine changes, refuses and warns of, made from its events."""
