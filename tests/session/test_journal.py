"""The journal by its law: done again, it leads to the same moment, undo and redo included."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from making import make_experiment, make_stream
from session.seeing import Seen, seen

from rnn_tui.experiments import Experiment, load
from rnn_tui.session.commands.command_lines import Command, VerbError, parse, parse_journal
from rnn_tui.session.commands.forms import FARTHEST
from rnn_tui.session.commands.performing import ReplayError, exactly, replay, watched
from rnn_tui.session.commands.saving import digest_of, opened, read, save
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session

OVERFLOWS: dict[str, Any] = {"learning_rate": 1e200, "clip": "none"}
MADE = [
    make_experiment(momentum=0.5),
    make_experiment(batch="example", shuffle=True),
    make_stream(momentum=0.5),
    make_stream("abcabdabcabcabdabdcabcabdabc", parallel=2),
    make_experiment((2,) * 9, {"activation": "relu"}, **OVERFLOWS),
]
LINES = [
    "forward", "forward 2", "finish_forward", "backward", "finish_backward", "op 3", "again",
    "update", "update 2", "epoch", "epoch 2", "undo", "undo 2", "redo", "reset", "goto epoch 1",
    "goto step 2", "goto run 1", "goto run 2", "scrub 1", "scrub 2", "next_example",
    "previous_example", "example 2", "input abca", "input abc as no", "set W_hh[1,0] 0.25",
    "set W_hh[1,0] *=2", "put b_h[0] 0", "set h[1,0] 0.5", "set h[1,0] free",
    "set learning_rate 0.1", "set model.seed 9", "set rho 0.9", "break no-dh-next", "mend", "pin",
    "run until loss < 1 for 3", "run until nan for 9", "back until loss < 1", "cure clip",
    "cure halve", "cure rescale", "goto run 3", "goto run 2 at 4", "scrub 4", "scrub 0",
]  # fmt: skip


class JournalMachine(RuleBasedStateMachine):
    """`shown` is a naive model: what was seen before each act, whole, and what was undone."""

    @initialize(experiment=st.sampled_from(MADE))
    def begin(self, experiment: Experiment) -> None:
        self.session = Session(experiment)
        self.past: list[Seen] = []
        self.future: list[Seen] = []

    @rule(line=st.sampled_from(LINES))
    def do(self, line: str) -> None:
        command = parse(line)
        for _ in range(command.times):
            count, before = self.session.journal.count, seen(self.session)
            try:
                watched(self.session, command.once)
            except Refused:
                assert self.session.journal.count == count, "what is refused isn't noted"
                return
            self.follow(command.verb, before)

    def follow(self, verb: str, before: Seen) -> None:
        if verb == "undo":
            self.future.append(before)
            assert seen(self.session) == self.past.pop()
        elif verb == "redo":
            self.past.append(before)
            assert seen(self.session) == self.future.pop()
        elif verb not in ("pin", "scrub", "run", "back"):
            self.past.append(before)
            self.future.clear()
        elif verb != "pin":  # a scrub goes on with the one before it; a run may go nowhere
            self.past = self.past[: len(self.session.trail.before)]
            if len(self.past) < len(self.session.trail.before):
                self.past.append(before)
            self.future = [] if not self.session.trail.after else self.future

    @rule(
        updates=st.integers(0, 3), ahead=st.integers(0, 9), pins=st.booleans(), counts=st.booleans()
    )
    def run(self, updates: int, ahead: int, pins: bool, counts: bool) -> None:
        """As on the screen: a worker has computed some more when the run is paused."""
        before, start = seen(self.session), self.session.moment.cursor.update
        timeline = self.session.moment.timeline
        self.session.begin_run(by_updates=counts)
        for k in range(start, start + updates):
            timeline.reach(k + 1)
            self.session.follow(k + 1)
            self.opened()
            if pins:
                self.session.pin()
        timeline.reach(start + updates + ahead)
        self.session.end_run()
        if updates:
            self.past.append(before)
            self.future.clear()

    @rule(settings=st.sampled_from([0.25, 1e-300]))
    def clip(self, settings: float) -> None:
        """As the microscope does."""
        before, training = seen(self.session), self.session.view.experiment.training
        self.session.edit_settings(replace(training, clip="value", clip_limit=settings))
        self.past.append(before)
        self.future.clear()

    @rule()
    def save_and_open(self) -> None:
        self.session = self.opened()

    def opened(self) -> Session:
        """The session as it is opened from a file of now: at the same place, by the same bits."""
        again = Session(self.session.experiment)
        lines = [one.text for one in self.session.journal.entries]
        assert replay(again, tuple(map(parse_journal, lines)))
        assert again.journal.entries == self.session.journal.entries
        assert digest_of(again) == digest_of(self.session)
        return again

    @invariant()
    def undo_and_redo_are_as_deep(self) -> None:
        assert len(self.session.trail.before) == len(self.past)
        assert len(self.session.trail.after) == len(self.future)

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        was = seen(self.session)
        self.save_and_open()
        assert seen(self.session) == was
        for model, verb in ((self.past, "undo"), (self.future, "redo")):
            copy = Session(self.session.experiment)
            replay(copy, self.session.journal.entries)
            for expected in reversed(model):
                exactly(copy, Command(verb))
                assert seen(copy) == expected


TestJournal = pytest.mark.slow(JournalMachine.TestCase)
TestJournal.settings = settings(max_examples=40, stateful_step_count=15)


def texts(session: Session) -> list[str]:
    return [command.text for command in session.journal.entries]


def test_equal_commands_are_one_line_and_stay_acts_of_their_own(sentiment: Experiment) -> None:
    session = Session(sentiment)
    for line in ("forward", "forward", "epoch 2", "epoch 2", "undo"):
        exactly(session, parse(line))
    assert texts(session) == ["forward 2", "epoch 2 * 2", "undo"]
    assert session.epoch == 2


def test_a_run_is_the_update_it_has_come_to_while_it_goes_on(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.begin_run()
    for k in (1, 2, 3):
        session.moment.timeline.state(k)
        session.follow(k)
        assert texts(session) == [f"goto epoch {k}"]
    session.end_run()
    session.begin_run()
    session.follow(4)
    assert texts(session) == ["goto epoch 3", "goto epoch 4"]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("grammar", ["goto step 5", "goto step 7"]),
        ("phrases", ["goto update 5", "goto update 7"]),
        ("hello", ["goto epoch 5", "goto epoch 7"]),
    ],
)
def test_a_place_is_said_in_what_training_is_counted_in(name: str, lines: list[str]) -> None:
    session = Session(load(name))
    session.go_to_update(5)
    session.begin_run()
    session.moment.timeline.state(7)
    session.follow(7)
    session.end_run()
    assert texts(session) == lines
    again = Session(load(name))
    for line in lines:
        exactly(again, parse(line))
    assert again.moment.cursor.update == session.moment.cursor.update == 7


def test_training_stops_before_what_is_not_finite_and_the_journal_says_so() -> None:
    experiment = load(
        "sentiment",
        ["model.activation=relu", *(f"training.{key}={value}" for key, value in OVERFLOWS.items())],
    )
    session = Session(experiment)
    assert watched(session, parse("epoch 200")).broke
    assert session.moment.timeline.broken == session.moment.cursor.update
    again = Session(experiment)
    replay(again, session.journal.entries)
    assert seen(again) == seen(session)


def test_a_replay_can_be_stopped_and_says_how_far_it_is(sentiment: Experiment) -> None:
    done: list[int] = []
    commands = (parse("forward"), parse("epoch"), parse("epoch"))
    assert not replay(Session(sentiment), commands, done.append, lambda: len(done) == 2)
    assert done == [1, 2]


def test_what_can_not_be_done_again_says_where(sentiment: Experiment) -> None:
    with pytest.raises(ReplayError) as caught:
        replay(Session(sentiment), (parse("forward"), parse("backward")))
    assert caught.value.place == 1
    assert "backpropagation starts from the loss" in str(caught.value)


def test_the_whole_way_through_a_file(sentiment: Experiment) -> None:
    session = Session(sentiment)
    for line in ("epoch 3", "set W_hh[1,0] 0.5", "input I love bad as negative", "forward"):
        exactly(session, parse(line))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "s.rnn-session"
        save(session, path)
        found = opened(read(path))
    assert found is not None
    assert found.exact
    assert seen(found.session) == seen(session)


@pytest.mark.parametrize("name", ["hello", "grammar"])
def test_a_text_typed_in_a_stream_keeps_its_last_token(name: str) -> None:
    experiment = load(name)
    typed = "hell" if name == "hello" else "the "
    session = Session(experiment)
    exactly(session, Command("input", (typed,)))
    assert texts(session) == [f'input "{typed}"']
    again = Session(experiment)
    replay(again, session.journal.entries)
    assert seen(again) == seen(session)
    assert again.journal.entries == session.journal.entries


def again(session: Session) -> Session:
    """The session as its journal leads to it, written and read."""
    made = Session(session.experiment)
    replay(made, tuple(parse_journal(one.text) for one in session.journal.entries))
    return made


def test_what_a_paused_run_had_computed_ahead_can_be_scrubbed_into(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.begin_run()
    session.moment.timeline.reach(30)
    session.follow(20)
    session.end_run()
    session.scrub(27)
    assert digest_of(again(session)) == digest_of(session)
    with pytest.raises(Refused, match="nothing is trained beyond 30 yet"):
        session.scrub(31)


@pytest.mark.parametrize("cure", ["clip", "halve", "rescale"])
def test_a_run_that_broke_is_cured_when_it_is_opened(cure: str) -> None:
    session = Session(MADE[-1])
    assert watched(session, parse("run until loss < 0 for 99")).broke
    exactly(session, Command("cure", (cure,)))
    assert "cure" in texts(session)[-1]
    assert seen(again(session)) == seen(session)


def test_another_run_is_gone_to_at_the_same_update(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.begin_run()
    session.moment.timeline.reach(30)
    session.follow(3)
    session.end_run()
    session.set("learning_rate", "0.1")
    session.epochs(20)
    session.go_to_run(1)
    assert session.moment.cursor.update == 23
    assert seen(again(session)) == seen(session)


def test_a_session_may_go_farther_than_a_person_asks_for_at_once(sentiment: Experiment) -> None:
    lines = ["goto epoch 1000001", "epoch 30000000 * 2", "scrub 123456789", "cure clip of 2000000"]
    for line in lines:
        assert parse_journal(line).text == line
    with pytest.raises(VerbError, match="a whole number from 0 to 1,000,000"):
        parse(lines[0])
    for number in (str(FARTHEST + 1), "9" * 5000):
        with pytest.raises(VerbError, match="expected a whole number"):
            parse_journal(f"goto epoch {number}")
    text = "I love " * 20_000
    assert parse_journal(f"input {text}").arguments == (text.strip(),)


def test_which_example_is_looked_at_hangs_on_where_a_run_began_and_ended() -> None:
    """A text in two parts: update 3 trains on the same chunks as update 0, the two between don't."""
    session = Session(MADE[3])
    session.go_to_example(3)
    session.begin_run()
    for k in (1, 2, 3):
        session.moment.timeline.reach(k)
        session.follow(k)
    session.end_run()
    assert digest_of(again(session)) == digest_of(session)


def test_a_pin_in_a_run_leaves_it_one_act(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.begin_run()
    for k in (1, 2, 3):
        session.moment.timeline.reach(k)
        session.follow(k)
        session.pin()
    session.end_run()
    assert texts(session) == ["pin * 3", "goto epoch 3"]
    opened_again = again(session)
    opened_again.undo()
    assert opened_again.epoch == 0
    assert opened_again.moment.timeline.family.pinned == {1}


def test_a_name_is_noted_without_its_blanks(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.set("training. momentum", "0.5")
    assert seen(again(session)) == seen(session)
