"""The study file, its steps, the run and where each number came from."""
