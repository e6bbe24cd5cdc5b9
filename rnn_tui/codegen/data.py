"""The first lines of a program: the texts, the tokens, and what each token is for the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.codegen.plan import Plan
from rnn_tui.codegen.text import (
    INDENT,
    lines,
    listed,
    long_string,
    numbers,
    section,
    string,
    strings,
)
from rnn_tui.experiments import ExperimentError, document_of
from rnn_tui.experiments.data.grammar import CATEGORIES, VERBS, Grammar, inflected
from rnn_tui.experiments.data.series import Series
from rnn_tui.experiments.example import Targets

LONGEST = 100_000  # characters of a text_file that a program holds itself

# How a library writes a matrix of rows, and the unit vectors of so many tokens.
Rows = Callable[[str], str]


def data(plan: Plan, of_rows: Rows, eye: Rows) -> str:
    """The data of an experiment; `of_rows` and `eye` make an array of the library used."""
    return _stream(plan, of_rows, eye) if plan.stream else _labelled(plan, of_rows, eye)


def _labelled(plan: Plan, of_rows: Rows, eye: Rows) -> str:
    experiment = plan.experiment
    judges = plan.head.has_classes
    texts = [f"({string(one.text)}, {_wanted(plan, one.targets)})," for one in experiment.train]
    pieces = "text.split()" if plan.vocabulary.tokenizer == "word" else "text"
    if plan.everywhere:
        made = "[labels.index(label) for label in wanted]"
        title = "Data: texts, and the label of each of their tokens"
    else:
        made, title = "labels.index(wanted)", "Data: texts and their labels"
    if not judges:
        made, title = "wanted", "Data: texts, and the numbers that are wanted"
    every = "sorted({token for text, _ in train for token in " + pieces + "})"
    used = {token for one in experiment.train for token in one.tokens}
    computed = plan.vocabulary.tokens == tuple(sorted(used))
    return section(
        title,
        strings("labels", experiment.labels) if judges else None,
        "train = [",
        *(f"{INDENT}{text}" for text in texts),
        "]",
        *_tokens(plan, every if computed else None, of_rows, eye),
        "examples = [",
        f"{INDENT}([index[token] for token in {pieces}], {made})",
        f"{INDENT}for text, wanted in train",
        "]",
    )


def _wanted(plan: Plan, targets: Targets) -> str:
    if not plan.head.has_classes:
        rows = [f"[{', '.join(numbers(row))}]" for row in np.asarray(targets)]
        return f"[{', '.join(rows)}]" if plan.everywhere else rows[0]
    named = [string(plan.experiment.labels[target]) for target in targets]
    return f"[{', '.join(named)}]" if plan.everywhere else named[0]


def _tokens(plan: Plan, computed: str | None, of_rows: Rows, eye: Rows) -> tuple[str, ...]:
    """Tokens, the row of each, and unless they are learned the inputs, a row a token."""
    vocabulary = plan.vocabulary
    if vocabulary.vectors is not None:
        rows = zip(map(string, vocabulary.tokens), vocabulary.vectors, strict=True)
        table = [f"{INDENT}{listed(f'{token}: [', numbers(row), '],')}" for token, row in rows]
        named = ("vectors = {", *table, "}", "tokens = list(vectors)")
    else:
        written = strings("tokens", vocabulary.tokens)
        named = (f"tokens = {computed}" if computed else written,)
    index = "index = {token: row for row, token in enumerate(tokens)}"
    if plan.learned:
        return (*named, index)
    inputs = of_rows("list(vectors.values())") if vocabulary.vectors is not None else None
    return (*named, index, f"inputs = {inputs or eye('len(tokens)')}")


# One long text


def _stream(plan: Plan, of_rows: Rows, eye: Rows) -> str:
    stream, vocabulary = plan.experiment.stream, plan.vocabulary
    assert stream is not None
    if isinstance(stream, Series):
        return _series(plan, stream, of_rows)
    said: Mapping[str, Any] = document_of(plan.experiment)["data"]
    kept = vocabulary.join([vocabulary.tokens[row] for row in stream.ids])
    pieces = "text.split()" if vocabulary.tokenizer == "word" else "text"
    if "generator" in said:
        text, cut = _generated(said), True
    elif "text_file" in said and len(kept) > LONGEST:
        file = (plan.experiment.path.parent / said["text_file"]).resolve()
        text = (
            f'with open({string(str(file))}, encoding="utf-8-sig") as file:\n'
            f"{INDENT}text = file.read()"
        )
        cut = True
    else:
        text, cut = long_string("text", kept), False
    read = sorted(set(vocabulary.tokenize(kept)))
    computed = f"sorted(set({pieces}))" if cut or vocabulary.tokens == tuple(read) else None
    if "vocabulary" in said:
        computed = None
    ids = f"ids = np.array([index[token] for token in {pieces}])"
    fraction = said.get("val_fraction", 0.1)
    return section(
        "Data: a text, whose next token is to be named at every token",
        text,
        *_tokens(plan, computed, of_rows, eye),
        ids,
        f"ids = ids[: int(len(ids) * (1.0 - {fraction}))]  # the rest is for validation"
        if cut and fraction
        else None,
        f"length = {stream.sequence_length}  # tokens of a chunk",
        *_cut(plan.parallel),
    )


def _series(plan: Plan, series: Series, of_rows: Rows) -> str:
    """Rows of numbers, as the network reads them, and what is wanted at each."""
    vectors = plan.vocabulary.vectors
    assert vectors is not None
    if vectors.size > LONGEST:
        raise ExperimentError(
            f"expected at most {LONGEST} numbers in the series, as a program holds them itself"
        )
    count = len(series.ids)
    told = "normalised, " if plan.experiment.units is not None else ""
    return section(
        f"Data: {told}rows of {', '.join(plan.vocabulary.columns)}, and what comes after each",
        *_rows_of("inputs", vectors[:count], of_rows),
        *_rows_of("values", series.values[:count], of_rows),
        f"ids = np.arange({count})",
        f"length = {series.sequence_length}  # rows of a chunk",
        *_cut(plan.parallel),
    )


def _rows_of(name: str, rows: Floats, of_rows: Rows) -> tuple[str, ...]:
    written = (f"{INDENT}[{', '.join(numbers(row))}]," for row in rows)
    return f"{name} = [", *written, "]", f"{name} = {of_rows(name)}"


def _cut(parallel: int) -> tuple[str, ...]:
    """Where a text is cut: into chunks, and before that into parts if there are several."""
    if parallel == 1:
        return ("chunks = max(1, (len(ids) - 2) // length)",)
    return (
        f"parts = ids[: len(ids) // {parallel} * {parallel}].reshape({parallel}, -1)"
        "  # read side by side",
        "chunks = max(1, (parts.shape[1] - 2) // length)",
    )


def _generated(said: Mapping[str, Any]) -> str:
    """A text of the little grammar, drawn again as the experiment draws it."""
    grammar = Grammar.elman()
    words = {
        category: tuple(map(inflected, some)) if category in VERBS else some
        for category, some in CATEGORIES.items()
    }
    templates = (
        f"{INDENT}({weight}, {string(' '.join(template))}),"
        for template, weight in zip(grammar.templates, grammar.weights, strict=True)
    )
    return lines(
        "# Sentences drawn from templates, after Elman (1990): a weight, and categories of words.",
        "words = {",
        *(f"{INDENT}{listed(f'{string(name)}: [', map(string, some), '],')}"
          for name, some in words.items()),
        "}",
        "templates = [", *templates, "]",
        listed("verbs = {", map(string, VERBS), "}"),
        f"rng = np.random.default_rng({said.get('corpus_seed', 42)})",
        "share = np.array([weight for weight, _ in templates])",
        f"chosen = rng.choice(len(templates), size={said.get('sentences', 600)}, "
        "p=share / share.sum())",
        "written = []",
        "for place in chosen:",
        f"{INDENT}for category in templates[place][1].split():",
        f"{INDENT * 2}slots = [words[category]]",
        f"{INDENT * 2}if category not in verbs:  # a noun has a determiner",
        f'{INDENT * 3}slots.insert(0, ["the", "a"])',
        f"{INDENT * 2}for some in slots:",
        f"{INDENT * 3}written.append(some[rng.integers(len(some))])",
        'text = " ".join(written)',
    )  # fmt: skip
