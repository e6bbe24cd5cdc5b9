"""The pages of the explorer: what `1`, `2`, … show between the status line and the hint."""

from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.pages.step import StepPage
from rnn_tui.tui.pages.text import TextPage
from rnn_tui.tui.pages.train import TrainPage
from rnn_tui.tui.pages.weights import WeightsPage

PAGES: dict[str, type[Page]] = {
    page.NAME: page for page in (StepPage, TrainPage, WeightsPage, TextPage)
}

__all__ = ["PAGES", "Page", "StepPage", "TextPage", "TrainPage", "WeightsPage"]
