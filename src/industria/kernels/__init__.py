"""Arrays in, arrays out, in the letters of the paper."""
