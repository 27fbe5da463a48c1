"""Types of Microsoft.LabServices and Microsoft.DevTestLab: labs, and the galleries attached to them."""
