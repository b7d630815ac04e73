"""Who can be turned to: contact points and the people who answer for them."""
