"""The emulator's process: started by the first lease, gone with the last one, and the commands that talk to it."""
