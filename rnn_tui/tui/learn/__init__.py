"""The Learn dock: a course beside the running explorer. Its widgets are made when it is opened."""
