"""The network as a picture: its states unrolled over time, and what BPTT sends back along them."""

MOST_LANES = 4  # states of all layers that are drawn; of more, h alone
