"""Views in words: what each pane shows, before it has colours. Shared by every face."""
