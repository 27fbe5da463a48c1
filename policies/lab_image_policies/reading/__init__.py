"""What resources declare, read into plain facts: from the component, from raw resources, from outputs."""
