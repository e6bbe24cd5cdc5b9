"""Each verb and each act of the screen is declared once, and a key adds nothing but a key."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import cast
from unittest.mock import Mock

import pytest

from rnn_tui.session.commands.verbs import NAMES, VERBS, label_of
from rnn_tui.session.session import Session
from rnn_tui.tui.bindings import ACTS, KEY_TABLE, KEYS, Act, Key
from rnn_tui.tui.explorer.acts import Controllers, acts
from rnn_tui.tui.screen_acts import OF_CLICKS, SCREEN_ACTS, AskingAct, words_of

README = Path(__file__).parents[3] / "README.md"
LONGEST_SENTENCE = 12  # words


def test_keys_of_one_verb_are_told_apart() -> None:
    assert words_of("epoch")[1] != words_of("epochs")[1]


def test_a_name_is_that_of_one_verb_or_of_one_screen_act() -> None:
    declared = Counter([*NAMES, *SCREEN_ACTS])
    assert [name for name, times in declared.items() if times > 1] == []


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.verb)
def test_every_key_is_that_of_a_verb_or_a_screen_act(act: Act) -> None:
    assert (act.verb in NAMES) != (act.verb in SCREEN_ACTS)
    assert (act.label, act.about) == words_of(act.verb)


def test_every_screen_act_has_a_key() -> None:
    assert set(SCREEN_ACTS) <= {act.verb for act in ACTS}


def test_no_verb_has_two_descriptions_and_no_two_acts_share_one() -> None:
    own = [act.about for act in SCREEN_ACTS.values() if not isinstance(act, AskingAct)]
    told = Counter([*own, *(verb.about for verb in VERBS.values())])
    assert [about for about, times in told.items() if times > 1] == []


def test_an_act_that_asks_for_a_verb_says_what_the_verb_says() -> None:
    asking = [act for act in SCREEN_ACTS.values() if isinstance(act, AskingAct)]
    assert asking
    for act in asking:
        assert act.about == VERBS[act.verb].about


def test_the_readme_names_every_key_and_none_that_there_is_not() -> None:
    rows = [line for line in README.read_text("utf-8").splitlines() if line.startswith("| `")]
    columns = [row.strip("| ").split(" | ") for row in rows if row.count(" | ") == 3]
    named = Counter(
        key
        for row in columns
        for place, text in enumerate(row)
        for key in re.findall("`([^`]+)`", text)
        if place in (0, 2) or key == "esc"
    )
    keys = Counter(act.key_text for act in ACTS)
    assert named == keys | Counter({"⏎": 1})


def test_a_key_says_nothing_in_words() -> None:
    shown = {"footer", "shown", "page", "spare"}
    assert {one.name for one in fields(Key)} == {"act", "key"} | shown
    keys = [one.act for group in KEY_TABLE.values() for one in group]
    assert keys == [act.verb for act in ACTS]
    assert max(Counter(keys).values()) == 1, "several keys of an act stand in one entry"


def test_two_acts_share_a_key_on_different_pages_alone() -> None:
    keys = Counter((key, page) for act in ACTS for key in act.key.split(",")
                   for page in act.pages or ("all",))  # fmt: skip
    assert max(keys.values()) == 1
    shared = {act.verb for act in ACTS if act.shares_key}
    assert shared == {"lens_order", "hint"}, "before `contexts` on the Text page, and `help`"


def test_somebody_does_what_each_key_stands_for() -> None:
    done = set(acts(cast("Controllers", Mock())))
    assert {act.verb for act in ACTS} == done - {"why_op", *OF_CLICKS}, "a pane's key, clicks"


def test_what_a_refusal_names_has_a_label_and_a_key() -> None:
    for verb in (*Session.MOVES, "undo", "redo", "reset", "goto", "epochs", "input"):
        assert label_of(verb)
        assert KEYS[verb] in {act.key_text for act in ACTS}


def test_a_verb_that_is_asked_for_has_the_key_of_the_act_that_asks() -> None:
    assert (KEYS["input"], KEYS["why"], KEYS["set"], KEYS["break"]) == ("i", "/", "=", "X")


ABOUTS = {act.about for act in ACTS} | {verb.about for verb in VERBS.values()}


@pytest.mark.parametrize("about", sorted(ABOUTS))
def test_a_sentence_is_short_and_begins_with_what_is_done(about: str) -> None:
    assert about[0].isupper()
    assert not about.endswith(".")
    assert len(about.split()) <= LONGEST_SENTENCE
