"""A learned embedding: x_t = E[token], a row of E (V, I) for each of V tokens."""

PARAMETERS = {"E": "VI"}


def forward(E, token):
    """The vector of the token that is read."""
    x_t = E[token]  # an input, the embedding of a token
    return x_t


def backward(dE, token, dx_t):
    """The derivative of `forward`: dL/dx goes to the token's own row."""
    dE[token] += dx_t
    return dE
