"""The data files of figures, and how an entry is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from figures.measuring import check_figures

from rnn_tui.experiments import Experiment, ExperimentError, bundled, load
from rnn_tui.figures import published
from rnn_tui.figures.figure import Figure
from rnn_tui.figures.jobs import value_of
from rnn_tui.figures.measures import MEASURES
from rnn_tui.figures.published import figures_of, files, note_of, read_figures
from rnn_tui.figures.runs import FigureMoment, FigureRun
from rnn_tui.figures.verdicts import FigureVerdict, judge


def test_figures_are_of_bundled_experiments() -> None:
    assert {path.stem for path in files()} < {path.stem for path in bundled()}
    assert len([figure for path in files() for figure in read_figures(path.stem)]) > 300


def test_every_measure_is_used_and_no_figure_stands_twice() -> None:
    figures = [figure for path in files() for figure in read_figures(path.stem)]
    assert {figure.measure.split()[0] for figure in figures} == set(MEASURES)
    assert len(set(figures)) == len(figures)


def test_an_erratum_is_explained_in_a_sentence() -> None:
    for path in files():
        for figure in read_figures(path.stem):
            assert not figure.why or figure.why.endswith("."), figure


def test_nothing_published_of_sentiment_is_contradicted(sentiment: Experiment) -> None:
    verdicts = [result.verdict for result in check_figures(sentiment)]
    assert len(verdicts) >= 150
    assert FigureVerdict.MISMATCH not in verdicts
    assert verdicts.count(FigureVerdict.ERRATUM) == 15


@pytest.mark.slow
def test_nothing_published_of_hello_is_contradicted() -> None:
    assert {result.verdict for result in check_figures(load("hello"))} == {FigureVerdict.MATCH}


@pytest.mark.slow
def test_our_phrases_are_learnt_by_epoch_400() -> None:
    run = FigureRun(load("phrases"))
    for measure in ("accuracy 1", "test_accuracy"):
        figure = Figure("where", "what", ("1",), measure, epoch=399)
        assert judge(figure, value_of(FigureMoment(run, figure))) is FigureVerdict.MATCH


def test_nothing_is_published_of_an_unknown_experiment(sentiment: Experiment) -> None:
    assert read_figures("none such") == ()
    assert figures_of(sentiment) == read_figures("sentiment")
    assert note_of(sentiment) == ""


def test_the_rows_left_out_of_the_table_are_owned_up_to() -> None:
    rows = [figure for figure in read_figures("phrases") if "on our phrases" in figure.what]
    assert f"Of its 40 figures the {len(rows)} that ours meet" in note_of(load("phrases"))


ENTRY = """
[[figure]]
source = "here"
what = "it"
"""


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(published, "data_root", lambda: tmp_path)
    (tmp_path / "figures").mkdir()
    return tmp_path / "figures" / "made.toml"


def test_an_entry(read: Path) -> None:
    entry = """published = "7,256"\nmeasure = "count all"\nseeds = 2\nstep = 3\ntext = "a b"
    set = ["training.clip=none", "data.corpus_seed={seed}"]"""
    read.write_text(ENTRY + entry, encoding="utf-8")
    (figure,) = read_figures("made")
    assert (figure.published, figure.step, figure.text) == (("7,256",), 3, "a b")
    assert [float(number) for number in figure.numbers] == [7256.0]
    assert figure.settings() == [
        ("training.clip=none", "data.corpus_seed=0", "model.seed=0"),
        ("training.clip=none", "data.corpus_seed=1", "model.seed=1"),
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("measure = 'loss'", "published: expected a number as printed"),
        ("published = 1.0\nmeasure = 'loss'", "published: expected a number as printed"),
        ("published = ['1', 'one']\nmeasure = 'loss'", "published: expected a number as printed"),
        ("published = '1,2'\nmeasure = 'loss'", "published: expected a number as printed"),
        ("published = 'nan'\nmeasure = 'loss'", "published: expected a number as printed"),
        ("published = '1'\nmeasure = ''", "measure: expected one of"),
        ("published = '1'\nmeasure = 'luck'", "measure: expected one of"),
        ("published = '1'\nmeasure = 'loss'\nseed = 3", "seed: unknown key"),
        ("published = '1'\nspelled = 'one'\nmeasure = 'loss'", "published: unknown key"),
        ("published = '1'\nmeasure = 'loss'\nseeds = -1", "seeds: expected a whole number"),
        ("= 1", "expected TOML"),
        ("published = '1'\nmeasure = 'loss'\n[notes]", "notes: unknown key"),
    ],
)
def test_a_wrong_entry_is_one_line(read: Path, entry: str, expected: str) -> None:
    read.write_text(ENTRY + entry, encoding="utf-8")
    with pytest.raises(ExperimentError, match=expected) as caught:
        read_figures("made")
    assert str(caught.value).startswith(str(read))
