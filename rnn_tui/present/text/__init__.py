"""What the network writes and reads, laid out."""
