"""Runs the engine with any arguments, apart from the user's own login, plugins and state."""
