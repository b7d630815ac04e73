"""What only the demo needs: secrets, accounts, history and the simulated morning."""
