"""One client of Azure Resource Manager: signing in, requests, answers, and errors with cause and advice."""
