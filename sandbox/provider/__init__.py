"""Stands in for the azure-native provider on the engine's side; an HTTP client of the emulator."""
