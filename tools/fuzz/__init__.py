"""Coverage-guided fuzzing of what reads people's text: `make fuzz`. Not part of `make test`."""
