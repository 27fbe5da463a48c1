"""What the pack is configured with: settings of policies and exemptions."""
