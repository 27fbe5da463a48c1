"""The resource types that the emulator knows, one a file."""
