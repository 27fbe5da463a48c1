"""The administrator's command line, `./labs`: it needs no engine and no credentials."""
