"""Why a weight has its value: the lines of an update, and the updates before."""
