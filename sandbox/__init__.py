"""The sandbox: a pretend Azure on this machine, and the real engine wired to it."""
