"""The network as a picture: its states unrolled over time, and what BPTT sends back along them."""
