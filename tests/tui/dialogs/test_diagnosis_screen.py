"""The diagnosis on the screen: found beside it, asked about, left, and its cure applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static
from waiting import until

from rnn_tui.diagnosis import ended_badly
from rnn_tui.experiments import load
from rnn_tui.present.charts.slopes import slope_map
from rnn_tui.present.tokens import read_text
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.finding.diagnosis import DiagnosisScreen
from rnn_tui.tui.dialogs.why import WhyScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.widgets.bars import HintLine

ILL = ("training.learning_rate=3000", "training.clip=none")


TYPED = "colon", *"doctor", "enter"


async def diagnosed(pilot: Pilot[Any], *keys: str) -> DiagnosisScreen:
    """The dialog, when it has found what there is."""
    await pilot.press(*(keys or "D"))
    await until(pilot, lambda: isinstance(pilot.app.screen, DiagnosisScreen))
    dialog = pilot.app.screen
    assert isinstance(dialog, DiagnosisScreen)
    await until(pilot, lambda: dialog.found is not None)
    await pilot.pause()
    return dialog


def said(dialog: DiagnosisScreen, name: str) -> str:
    return str(dialog.query_one(f"#{name}", Static).visual)


def explorer(pilot: Pilot[Any]) -> ExplorerScreen:
    screen = pilot.app.screen_stack[1]
    assert isinstance(screen, ExplorerScreen)
    return screen


async def test_a_cause_its_proof_and_its_cure() -> None:
    async with Explorer(load("sentiment", ILL)).run_test(size=(120, 36)) as pilot:
        await pilot.press("f", "f")
        dialog = await diagnosed(pilot, *TYPED)
        assert dialog.query_one(OptionList).option_count == 1
        assert "update_ratio_W_hy@0 = 2.7186" in said(dialog, "cause")
        assert "unit 2" in said(dialog, "slopes")
        await pilot.press("w")
        await pilot.pause()
        why = pilot.app.screen
        assert isinstance(why, WhyScreen)
        assert why.now.derivation.ref == "update_ratio_W_hy@0"
        await pilot.press("escape", "enter")
        await until(pilot, lambda: pilot.app.screen is explorer(pilot))
        session = explorer(pilot).session
        assert session.moment.timeline.trainer.settings.learning_rate < 10
        assert session.moment.cursor.update == 0
        assert session.moment.timeline.number == 2
        await until(pilot, lambda: "Run 2 from epoch 0 with lr 3000 → 3." in hint(pilot))
        assert "space  trains it" in hint(pilot)


@pytest.mark.slow
async def test_a_cure_is_applied_where_the_run_began() -> None:
    async with Explorer(load("sentiment", ["training.fault=no-slope"])).run_test() as pilot:
        await pilot.press("e", "e", "e")
        await diagnosed(pilot)
        await pilot.press("enter")
        session = explorer(pilot).session
        await until(pilot, lambda: session.view.network.fault is None)
        assert session.moment.cursor.update == 0


@pytest.mark.slow
async def test_a_cure_that_is_read_from_the_file_opens_it_anew(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("price\n" + "".join(f"{5000 + 300 * np.sin(i / 5)}\n" for i in range(60)))
    opened = load(file, ("data.normalise=false", "training.steps=40"))
    async with Explorer(opened).run_test(size=(120, 36)) as pilot:
        dialog = await diagnosed(pilot)
        command = f"rnn-tui {file} --set training.steps=40 --set data.normalise=true"
        assert dialog.found is not None
        assert dialog.found.findings[0].cause.endswith("its numbers are about 5,100")
        assert "Subtract its mean" in said(dialog, "cause")
        assert command in said(dialog, "cause")
        assert "open it so" in str(dialog.query_one(".dialog").border_subtitle)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExplorerScreen))
        await until(pilot, lambda: "Opened anew with data.normalise=true." in hint(pilot))
        reopened = explorer(pilot).session.experiment
        assert reopened.overrides == ("training.steps=40", "data.normalise=true")
        assert abs(np.asarray(reopened.train[0].inputs)).max() < 5


async def test_nothing_found_and_the_cursor_stays() -> None:
    async with Explorer(load("sentiment")).run_test() as pilot:
        await pilot.press("f")
        moment = explorer(pilot).session.moment
        dialog = await diagnosed(pilot)
        assert "Nothing found" in said(dialog, "went")
        assert not dialog.query_one(OptionList).display
        await pilot.press("escape")
        await pilot.pause()
        assert explorer(pilot).session.moment is moment


async def test_it_can_be_left_while_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    def endless(case: Any) -> None:
        while True:
            told.append(1)
            case.tell(0)

    monkeypatch.setattr("rnn_tui.tui.dialogs.finding.diagnosis.diagnose", endless)
    async with Explorer(load("sentiment")).run_test() as pilot:
        await pilot.press("D")
        await until(pilot, lambda: bool(told))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is explorer(pilot))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sentiment", "adding", "translation", "grammar"])
@pytest.mark.parametrize("room", [(40, 6), (100, 14), (20, 3)])
def test_the_map_of_slopes_fits(name: str, room: tuple[int, int]) -> None:
    view = Session(load(name)).view
    lines = slope_map(view, *room)
    assert len(lines) <= room[1]
    assert all(sum(len(span.text) for span in line) <= room[0] for line in lines)


def test_a_flat_unit_is_drawn_flat() -> None:
    session = Session(load("sentiment"))
    session.set("W_xh[1,0]", "50")
    text = ["".join(span.text for span in line) for line in slope_map(session.view, 80, 10)]
    assert "·······" in text[3]
    assert "·······" not in text[2]
    assert np.all([len(one) <= 80 for one in text])


def test_the_map_of_a_cell_with_gates_says_what_it_maps_and_which_gates_are_flat() -> None:
    session = Session(load("grammar", ["model.cell=lstm"]))
    before = _map(session)
    session.set("b_f[0]", "500")
    after = _map(session)
    assert "tanh′ of c_t" in before[0]
    assert "Gates flat: i 0% · f 0% · o 0%" in before[1]
    share = 1 / session.view.params["b_f"].size
    assert f"f {share:.0%} · o 0%" in after[1]
    assert "t = " not in before[2]


def test_numbers_of_rows_and_tokens_that_would_be_cut_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    rows = (f"2024-01-{1 + i % 28:02d},{np.sin(i)}" for i in range(28))
    file.write_text("date,x\n" + "\n".join(rows) + "\n")
    session = Session(load(file, ["training.sequence_length=10"]))
    counted = [str(t) for t in range(10)]
    assert _map(session)[2].split() == [read_text(session.view, t) for t in range(10)]
    assert _map(session, 50)[2].split() == counted

    alike = tmp_path / "a.txt"
    alike.write_text(" ".join(f"alphabetically{c}" for c in "abcdefghijkl" * 4))
    settings = ["data.tokenizer=word", "training.sequence_length=10"]
    assert _map(Session(load(alike, settings)))[1].split() == counted


def _map(session: Session, width: int = 100) -> list[str]:
    return ["".join(span.text for span in line) for line in slope_map(session.view, width, 10)]


async def test_a_run_that_ends_badly_says_why() -> None:
    async with Explorer(load("sentiment", ["training.learning_rate=1e-7"])).run_test() as pilot:
        await pilot.press("E", "3", "0", "enter")
        await until(pilot, lambda: explorer(pilot).session.here == 30)
        await until(pilot, lambda: "1e−7 is too low" in hint(pilot))
        assert "D" in hint(pilot)


@pytest.mark.slow
async def test_a_run_that_ends_well_says_nothing_of_it() -> None:
    async with Explorer(load("sentiment")).run_test() as pilot:
        await pilot.press("E", "2", "9", "enter")
        await until(pilot, lambda: explorer(pilot).session.here == 29)
        timeline = explorer(pilot).session.moment.timeline
        assert not ended_badly(timeline, 29)
        await pilot.press("E", "5", "enter")
        await until(pilot, lambda: "The loss jumped at epoch 3" in hint(pilot))
        assert ended_badly(timeline, 34)


def hint(pilot: Pilot[Any]) -> str:
    return str(explorer(pilot).query_one(HintLine).visual)
