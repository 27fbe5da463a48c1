"""Replays examples of Azure Resource Manager requests to the emulator and compares the answers."""
