"""The first lines of a program: the texts, the tokens, and what each token is for the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rnn_tui.codegen.plan import Plan
from rnn_tui.codegen.text import (
    INDENT,
    array,
    lines,
    listed,
    long_string,
    numbers,
    section,
    string,
    strings,
)
from rnn_tui.experiments import Example, document_of
from rnn_tui.experiments.data.grammar import CATEGORIES, SEED, SENTENCES, VERBS, Grammar, inflected
from rnn_tui.experiments.data.series import Series
from rnn_tui.experiments.schema.answering import END, START

LONGEST = 100_000  # characters of a text_file that a program holds itself

# How a library writes a matrix of rows, and the unit vectors of so many tokens.
Rows = Callable[[str], str]


def data(plan: Plan, of_rows: Rows, eye: Rows) -> str:
    """The data of an experiment; `of_rows` and `eye` make an array of the library used."""
    return _stream(plan, of_rows, eye) if plan.stream else _labelled(plan, of_rows, eye)


def _labelled(plan: Plan, of_rows: Rows, eye: Rows) -> str:
    experiment = plan.experiment
    if experiment.answering is not None:
        return _answered(plan, of_rows, eye)
    texts = [f"({string(one.text)}, {_wanted(plan, one)})," for one in experiment.train]
    pieces = _pieces(plan, "text")
    if not plan.head.has_classes:
        made, title = "wanted", "Data: texts and the numbers wanted"
    elif plan.everywhere:
        made = "[labels.index(label) for label in wanted]"
        title = "Data: texts, and the label of each of their tokens"
    else:
        made, title = "labels.index(wanted)", "Data: texts and their labels"
    every = "sorted({token for text, _ in train for token in " + pieces + "})"
    used = {token for one in experiment.train for token in one.tokens}
    computed = plan.vocabulary.tokens == tuple(sorted(used))
    return section(
        title,
        strings("labels", experiment.labels) if plan.head.has_classes else None,
        "train = [",
        *(f"{INDENT}{text}" for text in texts),
        "]",
        *_tokens(plan, every if computed else None, of_rows, eye),
        "examples = [",
        f"{INDENT}([index[token] for token in {pieces}], {made})",
        f"{INDENT}for text, wanted in train",
        "]",
    )


def _pieces(plan: Plan, name: str) -> str:
    """A text as its tokens."""
    return f"{name}.split()" if plan.vocabulary.tokenizer == "word" else name


def _wanted(plan: Plan, example: Example) -> str:
    """What is wanted of a text: a label or one for each token, or numbers."""
    if not plan.head.has_classes:
        rows = [f"[{', '.join(numbers(row))}]" for row in np.asarray(example.targets, float)]
        return f"[{', '.join(rows)}]" if plan.everywhere else rows[0]
    named = [string(plan.experiment.labels[int(target)]) for target in example.targets]
    return f"[{', '.join(named)}]" if plan.everywhere else named[0]


# Answers that are sequences


def _answered(plan: Plan, of_rows: Rows, eye: Rows) -> str:
    """Texts with the sequence that each is answered by, and what is read while it is."""
    experiment, vocabulary, answering = plan.experiment, plan.vocabulary, plan.experiment.answering
    assert answering is not None
    texts = []
    for one in experiment.train:
        said = [experiment.labels[int(target)] for target in one.targets]
        kept = said[:-1] if answering.end is not None else said
        texts.append(f"({string(one.text)}, {string(vocabulary.join(kept))}),")
    text, output = _pieces(plan, "text"), _pieces(plan, "output")
    ends = answering.end is not None
    if ends:
        output = f"[*{output}, {string(END)}]"
        read = f"[*{text}, {string(START)}, *wanted[:-1]]  # each answer is read after it was due"
    elif (answering.read_next == answering.read_next[0]).all():
        blank = string(vocabulary.tokens[int(answering.read_next[0])])
        read = f"[text] + [{blank}] * (len(wanted) - 1)  # nothing is read while it answers"
    else:
        read = "[text, *wanted[:-1]]  # each answer is read after it was due"
    return section(
        "Data: texts, and what each is answered by",
        strings("labels", experiment.labels),
        "train = [",
        *(f"{INDENT}{one}" for one in texts),
        "]",
        *_tokens(plan, None, of_rows, eye),
        "examples = []",
        "for text, output in train:",
        f"{INDENT}wanted = {output}",
        f"{INDENT}read = {read}",
        f"{INDENT}answers = [labels.index(token) for token in wanted]",
        f"{INDENT}examples.append(([index[token] for token in read], answers))",
    )


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


def _series(plan: Plan, series: Series, of_rows: Rows) -> str:
    """Rows of numbers in time, and what is wanted at each."""
    vectors = plan.vocabulary.vectors
    assert vectors is not None
    kept = range(len(series.ids))
    return section(
        "Data: rows of numbers, and what is wanted at each",
        array("rows", np.asarray(vectors)[series.ids]),
        array("values", series.values[kept]),
        f"inputs = {of_rows('rows')}",
        "ids = np.arange(len(rows))",
        f"length = {series.sequence_length}  # rows of a chunk",
        *_cut(plan.parallel),
    )


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
        encoding = string(said.get("encoding", "utf-8-sig"))
        text = (
            f"with open({string(str(file))}, encoding={encoding}) as file:\n"
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
        f"rng = np.random.default_rng({said.get('corpus_seed', SEED)})",
        "share = np.array([weight for weight, _ in templates])",
        f"chosen = rng.choice(len(templates), size={said.get('sentences', SENTENCES)}, "
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
