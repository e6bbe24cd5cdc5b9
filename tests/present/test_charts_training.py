"""The charts of a training, and what is said about them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from making import exploding_experiment, make_experiment, make_stream
from session.diverging import diverging_experiment

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.charts.charts import Inked, draw
from rnn_tui.present.charts.plot import Curve, Ink, Plot, Stroke
from rnn_tui.present.charts.train_curves import (
    Charted,
    Wish,
    along,
    chart,
    metrics_of,
    now,
    running_mean,
    x_ends,
)
from rnn_tui.present.sentences.train_words import (
    empty_text,
    fitting,
    legend,
    main_curve,
    on_two_lines,
    overview_line,
)
from rnn_tui.session.runs.series import Series
from rnn_tui.session.session import Session


def trained(experiment: Experiment, epochs: int) -> Session:
    session = Session(experiment)
    if epochs:
        session.epochs(epochs)
    return session


def said(plot: Plot) -> list[str]:
    return [entry.text for entry in legend(plot)]


def test_the_loss_goes_on_to_this_moment(sentiment: Experiment) -> None:
    view = trained(sentiment, 20).view
    plot = chart(view, Charted.LOSS, Wish())
    curve = main_curve(plot)
    assert curve.x.tolist() == list(range(21))
    assert curve.y[:20].tobytes() == view.history.loss.tobytes()
    assert curve.now == pytest.approx(0.250597, abs=5e-7)
    assert said(plot) == ["━━ train 0.2506"]
    assert said(chart(view, Charted.ACCURACY, Wish())) == ["━━ train 100.0%"]


def test_an_accuracy_takes_no_value_between_two(sentiment: Experiment) -> None:
    plot = chart(trained(sentiment, 20).view, Charted.ACCURACY, Wish())
    rows = ["".join(piece.text for piece in row)[5:] for row in draw(plot, 65, 23)]
    full, left = set("⠤⠒⠉⣀"), rows[0]
    assert left.strip()
    slopes = {x for row in rows[:-2] for x, letter in enumerate(row) if letter not in full | {" "}}
    assert len(slopes) <= 3, "as often as it rose, in one column each"


def test_axes_have_three_numbers_where_there_is_room() -> None:
    for last in (33, 35, 45, 70):
        plot = Plot((Curve.of("", np.arange(9.0), np.arange(9.0)),), last=float(last))
        below = "".join(piece.text for piece in draw(plot, 40, 8)[-1])
        assert len(below.replace("epoch", "").split()) >= 3, below


def test_what_an_experiment_never_has_is_no_chart() -> None:
    left_out = {name: set(Charted) - set(metrics_of(load(name))) for name in ("sentiment", "gates")}
    assert left_out == {"sentiment": set(), "gates": {Charted.RADIUS, Charted.ANSWERS}}


def test_a_point_alone_is_a_mark() -> None:
    one, two = np.ones(1), np.arange(2.0)
    curves = (Curve.of("target", one, one, stroke=Stroke.DASHED), Curve.of("", one, one + 1))
    shown = ["".join(piece.text for row in draw(plot, 40, 9) for piece in row)
             for plot in (Plot(curves, last=2.0), Plot((Curve.of("", two, two),)))]  # fmt: skip
    assert [(text.count("○"), text.count("●")) for text in shown] == [(1, 1), (0, 0)]


def test_the_loss_of_a_moment_inside_an_update(sentiment: Experiment) -> None:
    session = trained(sentiment, 2)
    session.do("finish_backward")
    while session.view.next_op is not None:
        session.do("op")
    assert now(session.view) == 3
    assert main_curve(chart(session.view, Charted.LOSS, Wish())).x.tolist() == [0, 1, 2, 3]


def test_an_epoch_of_many_updates_stands_amid_them() -> None:
    view = trained(make_experiment(batch="example"), 2).view
    assert view.history.updates == 3
    assert along(view.history, view.history.curves.loss).x.tolist() == pytest.approx([1 / 3, 4 / 3])
    plot = chart(view, Charted.LOSS, Wish())
    assert main_curve(plot).y.tobytes() == view.history.loss.tobytes()


def test_unseen_data_is_dashed_and_named() -> None:
    experiment = make_experiment()
    experiment = replace(experiment, test=experiment.train)
    plot = chart(trained(experiment, 3).view, Charted.LOSS, Wish())
    test = plot.curves[-1]
    assert (test.name, test.ink, test.stroke) == ("test", Ink.SECOND, Stroke.DASHED)
    assert test.x.tolist() == [0, 1, 2, 3]
    assert test.y == pytest.approx(main_curve(plot).y), "it is the training data here"


def test_a_stream_counts_steps_and_has_a_floor() -> None:
    experiment = replace(make_stream(steps=50), floor=0.25)
    session = Session(experiment)
    session.go_to_update(7)
    plot = chart(session.view, Charted.LOSS, Wish())
    assert (plot.unit, plot.last) == ("step", 10.0)
    assert main_curve(plot).x.tolist() == list(range(7))
    assert [(level.name, level.y) for level in plot.levels] == [("floor 0.2500", 0.25)]


@pytest.mark.parametrize(
    ("epochs", "last"), [(0, 10), (1, 10), (11, 12), (26, 30), (30, 30), (31, 35), (41, 50)]
)
def test_the_axis_ends_at_round_numbers_or_the_plan(
    sentiment: Experiment, epochs: int, last: float
) -> None:
    assert x_ends(trained(sentiment, epochs).view, Wish()) == (0.0, last)


def test_the_newest_part_of_a_run(sentiment: Experiment) -> None:
    view = trained(sentiment, 40).view
    assert x_ends(view, Wish(recent=0.25)) == (30.0, 40.0)
    assert x_ends(trained(sentiment, 0).view, Wish(recent=0.25)) == (0.0, 1.0)
    rows = draw(chart(view, Charted.LOSS, Wish(recent=0.25)), 60, 9)
    assert "30" in "".join(piece.text for piece in rows[-1])


def test_the_limit_is_drawn_only_near_the_curve(sentiment: Experiment) -> None:
    plot = chart(trained(sentiment, 10).view, Charted.NORM, Wish())
    assert plot.levels == (), "norms of 0.2 under a limit of 5"
    assert said(plot) == ["━━ ‖g‖ 0.2015"]
    near = replace(sentiment, training=replace(sentiment.training, clip_limit=0.2))
    plot = chart(trained(near, 10).view, Charted.NORM, Wish())
    assert [level.name for level in plot.levels] == ["limit 0.2"]
    assert plot.curves[1].stroke is Stroke.CROSSES
    assert said(plot)[1] == f"× clipped {int(plot.curves[1].y.sum())}"


def test_clipping_by_value_has_crosses_and_no_line(sentiment: Experiment) -> None:
    by_value = replace(sentiment.training, clip="value", clip_limit=0.01)
    plot = chart(trained(replace(sentiment, training=by_value), 5).view, Charted.NORM, Wish())
    assert plot.levels == ()
    assert said(plot)[1] == "× clipped 5"
    assert "×" in "".join(piece.text for piece in draw(plot, 60, 9)[6])


def test_the_radius_has_its_line_at_one(sentiment: Experiment) -> None:
    plot = chart(trained(sentiment, 3).view, Charted.RADIUS, Wish())
    assert main_curve(plot).x.tolist() == [0, 1, 2, 3]
    assert main_curve(plot).y[0] == pytest.approx(0.507, abs=5e-4)
    assert [level.y for level in plot.levels] == [1.0]


def test_what_is_not_finite_is_left_out_and_said() -> None:
    session = trained(diverging_experiment(), 6)
    plot = chart(session.view, Charted.LOSS, Wish())
    lost = int(np.flatnonzero(~np.isfinite(main_curve(plot).y))[0])
    assert said(plot)[-1] == f"not finite from epoch {lost}"
    assert draw(plot, 60, 9)
    assert draw(chart(session.view, Charted.LOSS, Wish(frozenset({Charted.LOSS}))), 60, 9)
    for metric in Charted:
        view = trained(exploding_experiment(), 2).view
        assert draw(chart(view, metric, Wish()), 60, 9)
        assert overview_line("Loss", chart(view, metric, Wish()), 76, True)


def test_a_logarithmic_scale_says_that_zeros_are_missing(sentiment: Experiment) -> None:
    plot = chart(trained(sentiment, 3).view, Charted.LOSS, Wish(frozenset({Charted.LOSS})))
    assert plot.log
    assert said(plot) == ["━━ train 0.6906"]
    zero = replace(plot, curves=(Curve.of("train", np.arange(4.0), np.array([0.0, 1, 2, 3])),))
    assert said(zero)[-1] == "0 has no logarithm"


def test_a_reading_line_shows_the_values_there(sentiment: Experiment) -> None:
    view = trained(sentiment, 20).view
    plot = chart(view, Charted.LOSS, Wish(reading=10.0))
    assert said(plot) == ["epoch 10", "━━ train 0.5706"]
    assert chart(view, Charted.LOSS, Wish(reading=21.0)).reading is None, "not there yet"
    assert chart(view, Charted.LOSS, Wish(recent=0.25, reading=9.0)).reading is None, "out of sight"


def test_edits_are_marks(sentiment: Experiment) -> None:
    session = trained(sentiment, 5)
    session.edit_settings(replace(sentiment.training, learning_rate=1e6, clip="none"))
    session.edit_parameter("W_hh", (1, 0), 1.5)
    session.epochs(3)
    plot = chart(session.view, Charted.RATE, Wish())
    [mark] = plot.marks
    assert mark.x == 5
    assert mark.name == "lr 0.5→1e6, clip norm→none, W_hh[1,0] −0.3168→1.5"
    assert "lr 0.5→1e6" in "".join(piece.text for row in draw(plot, 90, 12) for piece in row)


def test_other_runs_are_dimmed_dotted_and_named(sentiment: Experiment) -> None:
    session = trained(sentiment, 12)
    session.pin()
    assert len(chart(session.view, Charted.LOSS, Wish()).curves) == 1, "the same run"
    session.go_to_epoch(0)
    plot = chart(session.view, Charted.LOSS, Wish())
    assert said(plot) == ["━━ train 0.7416", "┈┈ run 1, later 0.5478"]
    session.edit_settings(replace(sentiment.training, learning_rate=0.1))
    session.epochs(40)
    plot = chart(session.view, Charted.LOSS, Wish())
    assert (plot.curves[0].ink, plot.curves[0].stroke) == (Ink.PIN, Stroke.DOTTED)
    assert said(plot) == ["━━ train 0.6066", "┈┈ run 1 before lr 0.5→0.1 0.5478"]
    session.pin()
    session.reset()
    session.epochs(1)
    plot = chart(session.view, Charted.LOSS, Wish())
    assert "┈┈ run 2 lr 0.5→0.1 at 0 0.6105" in said(plot)
    assert x_ends(session.view, Wish()) == (0.0, 40.0)


def test_an_old_future_is_drawn_from_the_edit_on(sentiment: Experiment) -> None:
    session = trained(sentiment, 20)
    session.go_to_epoch(12)
    session.set("training.learning_rate", "0.1")
    old, train = chart(session.view, Charted.LOSS, Wish()).curves
    np.testing.assert_array_equal(old.x, np.arange(11, 20))
    assert old.y[0] == train.y[11], "joined to what both have"


def test_running_means() -> None:
    y = np.array([1.0, 3.0, np.nan, 5.0, np.inf, np.inf])
    places, means = running_mean(Series(y), 2)
    assert places.tolist() == list(range(6))
    assert means[:5] == pytest.approx([1, 2, 3, 5, 5])
    assert np.isnan(means[5])
    many = running_mean(Series(np.ones(30_000)), 500)
    assert len(many[0]) == 512
    assert many[1] == pytest.approx(1, rel=1e-12)


def test_a_smoothed_curve_has_its_points_behind_it(sentiment: Experiment) -> None:
    view = trained(sentiment, 99).view
    plot = chart(view, Charted.LOSS, Wish(smooth=True))
    assert [curve.ink for curve in plot.curves] == [Ink.RANGE, Ink.FIRST]
    assert said(plot)[0].startswith("━━ train, mean of 4 ")
    assert len(chart(view, Charted.RATE, Wish(smooth=True)).curves) == 1


def test_the_least_of_a_legend_is_kept() -> None:
    entries = tuple(Inked(f"entry {k}", Ink.FIRST) for k in range(4))
    assert fitting(entries, 36) == entries
    assert [entry.text for entry in fitting(entries, 30)] == ["entry 0", "entry 1", "+2"]
    assert [entry.text for entry in fitting(entries, 3)] == ["+4"]
    above, below = on_two_lines(entries, 20, 16)
    assert (above, below) == (entries[:2], entries[2:]), "none is left out"
    assert on_two_lines(entries, 8, 36) == ((), entries)


def test_before_training_the_keys_are_named(sentiment: Experiment) -> None:
    view = Session(sentiment).view
    assert empty_text(view, True) == "Not trained yet.  {epoch} train one epoch,  {run} all 30"
    assert empty_text(view, False) == "not trained yet"
    stream = Session(make_stream(steps=50)).view
    assert (
        empty_text(stream, True)
        == "Not trained yet.  {update} train one step,  {run} up to step 50"
    )
    assert said(chart(view, Charted.LOSS, Wish())) == ["━━ train 0.7416"]
    assert said(chart(view, Charted.RATE, Wish())) == ["━━ lr 0.5000"]


def test_an_overview_has_a_line_of_one_width(sentiment: Experiment) -> None:
    for epochs in (0, 1, 40):
        view = trained(sentiment, epochs).view
        for width in (20, 40, 50, 76, 150):
            lines = [
                "".join(p.text for p in overview_line("Loss", chart(view, m, Wish()), width, False))
                for m in Charted
            ]
            assert max(map(len, lines)) <= max(width, 29)
    line = overview_line("Loss", chart(view, Charted.LOSS, Wish()), 76, True)
    text = "".join(piece.text for piece in line)
    assert text.split()[0] == "Loss"
    assert text.split()[-4:] == ["0.1305", "0.1236", "…", "0.9177"]
