"""How the house is: health for the load balancer, readiness for whoever runs it."""
