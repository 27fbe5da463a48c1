"""The administrator's command line, `./labs`."""
