"""One file a kind of chart, and what they share: letters, scales, labels that keep apart."""
