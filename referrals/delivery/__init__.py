"""Letters that carry a reference and a link, nothing else."""
