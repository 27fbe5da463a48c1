"""The smoke test for a real tenant: `python -m tests.live` (docs/run/smoke-test.md). pytest does not collect it."""
