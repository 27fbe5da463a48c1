"""What is in Azure now: one client of Azure Resource Manager, and the look-ups before anything is declared."""
