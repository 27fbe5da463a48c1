"""Policies for images of Azure Lab Services: what no teacher would ever see is refused before it is published."""
