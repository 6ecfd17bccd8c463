"""How files of each format become tables."""
