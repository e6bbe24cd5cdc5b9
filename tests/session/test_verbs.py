"""The grammar: every line is a command or one line of what was expected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusing import refusal_of

from rnn_tui.session.commands.command_lines import Command, VerbError, commands_in, parse
from rnn_tui.session.commands.performing import moves
from rnn_tui.session.commands.verbs import NAMES, VERBS

LINES = {
    "forward": "forward",
    "forward 4": "forward 4",
    "FORWARD 4": "forward 4",
    "step": "update 1",
    "epoch": "epoch 1",
    "epoch 10": "epoch 10",
    "epoch 10 * 3": "epoch 10 * 3",
    "goto epoch 3": "goto epoch 3",
    "set W_hh[1, 0] = 0.5": "set W_hh[1,0] 0.5",
    "set learning_rate *=2": "set learning_rate *=2",
    'set training.freeze ["W_hh"]': r'set training.freeze "[\"W_hh\"]"',
    "input I love this as positive": 'input "I love this" as "positive"',
    'input "a; b # c"': 'input "a; b # c"',
    "run  until loss < 0.3 for 20 epochs": "run until loss < 0.3 for 20",
    "back until abs(W_hh[1,0]) > 0.5": "back until abs(W_hh[1,0]) > 0.5",
    "why h[2, 1]": "why h[2, 1]",
    "show": "show here",
    "finish-forward": "finish_forward",
    "pin 2": "pin 2",
    "write": "write 60",
    "write 8": "write 8",
    "write 8 at 0.5": "write 8 at 0.5",
    "write at 0": "write 60 at 0",
}


@pytest.mark.parametrize(("line", "canonical"), LINES.items())
def test_a_line_has_one_canonical_form(line: str, canonical: str) -> None:
    command = parse(line)
    assert command.text == canonical
    assert parse(canonical) == command


WRONG = {
    "forwrd": 'did you mean "forward"?',
    "": "help names all verbs",
    "forward x": "expected a whole number from 1",
    "epoch 0": "expected a whole number from 1",
    "epoch 1e3": "expected a whole number",
    "goto": "expected epoch K",
    "goto run 0": "from 1",
    "set": "expected a name and a value",
    "set x": "expected a name and a value",
    'input "open': "quotes",
    "input": "expected a text",
    "run": "expected until CONDITION",
    "why": "expected the address",
    "show los": 'did you mean "loss"?',
    "reset now": "expected nothing after it",
    "write 8 at": "expected a temperature after at",
    "write 8 at inf": "expected a temperature after at",
    "write at -1": "expected a temperature after at",
}


@pytest.mark.parametrize(("line", "said"), WRONG.items())
def test_what_is_no_command_is_told_in_one_line(line: str, said: str) -> None:
    assert said in refusal_of(lambda: parse(line), VerbError)


WORDS = st.sampled_from([*NAMES, "until", "as", "*", "4", "for", '"', "loss < 1", "[", ";", "#"])


@given(st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=6).map(" ".join)))
def test_no_text_makes_anything_but_a_command_or_one_line(text: str) -> None:
    for line in (text, *commands_in(text)):
        try:
            command = parse(line)
        except VerbError as error:
            assert str(error).isprintable()
        else:
            assert parse(command.text) == command, "writing and reading are inverse"


@given(st.text(min_size=1).filter(str.strip), st.text(min_size=1).filter(str.strip))
def test_a_users_own_text_survives_the_journal(text: str, label: str) -> None:
    for command in (Command("input", (text, label)), Command("input", (text,))):
        assert parse(command.text) == command
        assert list(commands_in(command.text)) == [command.text]
    value = Command("set", ("W_hh[1,0]", text.strip()))
    assert parse(value.text) == value
    assert list(commands_in(value.text)) == [value.text]


def test_scripts() -> None:
    script = 'forward 4; backward 4;;\n# all of it\n\nwhy dW_hh[1,0]#3 # the third\ninput "a;b"'
    assert list(commands_in(script)) == [
        "forward 4",
        "backward 4",
        "why dW_hh[1,0]#3",
        'input "a;b"',
    ]


def test_each_verb_asks_moves_or_looks_for_a_moment() -> None:
    for verb in VERBS.values():
        searches = verb.name in ("run", "back")
        assert verb.asks + moves(verb.name) + searches == 1
        assert verb.about
