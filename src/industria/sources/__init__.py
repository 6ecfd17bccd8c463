"""Where data comes from: dated, hashed, licensed."""
