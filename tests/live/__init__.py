"""The smoke test for a real tenant: `python -m tests.live` (docs/azure-smoke-test.md). pytest does not collect it."""
