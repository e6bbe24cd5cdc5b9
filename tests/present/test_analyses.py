"""The pictures of the analyses."""

from __future__ import annotations

import numpy as np
import pytest
from analyses.studies import study_of
from analyses.test_texts_analysed import TEXT
from making import make_stream

from rnn_tui.analyses.clustering import cluster, distances
from rnn_tui.analyses.measuring import ANALYSES, analysed
from rnn_tui.analyses.words import TreeBranch
from rnn_tui.present.analyses.analyses import picture
from rnn_tui.present.analyses.plane import Frame, Plane
from rnn_tui.present.analyses.states import parted
from rnn_tui.present.analyses.tree import dendrogram
from rnn_tui.present.charts.plot import Ink

STUDY = study_of(make_stream(TEXT), 8)


@pytest.mark.slow
@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("name", ANALYSES)
def test_every_picture_fits(name: str, width: int) -> None:
    drawn = picture(analysed(name, STUDY), STUDY.source, width)
    assert drawn.title
    assert all(one.endswith((".", ",")) for one in drawn.says)
    assert len(drawn.rows) > 5
    assert max(sum(len(piece.text) for piece in row) for row in drawn.rows) <= max(
        80, min(width, 120)
    )


@pytest.mark.parametrize("name", ["eigenvalues", "jacobians", "saturation", "pca", "words"])
def test_one_moment_is_enough(name: str) -> None:
    one = study_of(make_stream(TEXT), 0)
    drawn = picture(analysed(name, one), one.source, 80)
    assert "efore training" not in " ".join(drawn.says)


def test_a_tree() -> None:
    tree = cluster(distances(np.array([[0.0], [1.0], [4.0], [8.5]])))
    assert dendrogram(tree, 20) == [
        "╶──┬──────┐",
        "╶──┘      ├────────┐",
        "╶─────────┘        │",
        "╶──────────────────┘",
    ]


def test_marks_stand_where_they_should() -> None:
    plane = Plane(Frame(-1.0, 1.0, -1.0, 1.0), 9, 5)
    plane.marks(np.array([[-1.0, 1.0], [0.0, 0.0], [1.0, -1.0]]), ["x", "o", "end"], Ink.FIRST)
    lines = ["".join(piece.text for piece in row) for row in plane.rows("a", "up")]
    assert lines == [
        "+1.0│x        ",
        "    │         ",
        "  up│    o    ",
        "    │         ",
        "−1.0│      end",
        "    └─────────",
        "     −1.0a+1.0",
    ]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([TreeBranch("noun", 3, 3, 0), TreeBranch("verb", 2, 2, 0)], ["Nouns and verbs part: each is a branch of its own, with no other word in it."]),
        ([TreeBranch("noun", 3, 3, 0), TreeBranch("verb", 1, 2, 4)], [
            "Branches of their own, with no other word in them: noun.",
            "The nearest branch to a kind that does not stand apart: verb: 1 of 2, and 4 other.",
        ]),
        ([], []),
    ],
)  # fmt: skip
def test_nouns_and_verbs_are_said_to_part_only_where_they_do(
    found: list[TreeBranch], said: list[str]
) -> None:
    assert parted(found) == said
