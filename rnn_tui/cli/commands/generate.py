"""`rnn-tui generate`: a network goes on with a text, or answers it with a sequence."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from itertools import islice
from math import isfinite

from rnn_tui.arrays import Ints
from rnn_tui.cli.arguments import Parser, add_experiment, add_length, count, not_expected
from rnn_tui.cli.output import progress, to_json
from rnn_tui.cli.trained import Trained, opened, trained
from rnn_tui.engine.passes.sampling import Sample, answers, sample
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment, ExperimentError


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    add_length(parser, "epochs to train first (as the experiment plans)", weights=True)
    parser.add_argument("--prompt", required=True, metavar="TEXT", help="the text to continue")
    parser.add_argument(
        "--length", required=True, type=count, metavar="N", help="how many tokens to add"
    )
    parser.add_argument(
        "--temperature", type=_temperature, default=1.0, metavar="X",
        help="divides the logits; 0 always takes the likeliest (1)",
    )  # fmt: skip
    parser.add_argument("--seed", type=count, default=0, metavar="N", help="seed of the draws (0)")


def _temperature(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (isfinite(value) and value >= 0):
        raise not_expected("expected a number, 0 or more", text)
    return value


def run(options: Namespace) -> int:
    """Print the prompt and what follows, or the answer to it."""
    experiment = opened(options)
    if not experiment.writes:
        wrong = "expected a stream of text or answers that are sequences"
        raise ExperimentError(f"{wrong}, and it has labelled examples", file=experiment.name)
    prompt = _prompt(experiment, options.prompt)
    trainer = Trainer(experiment)
    network = trained(trainer, options, trainer.settings.updates(trainer.updates_per_epoch))
    drawn = _drawn(network, prompt, options)
    vocabulary = experiment.vocabulary
    tokens = [experiment.labels[one.token] for one in drawn]
    if options.json:
        print(to_json({
            "experiment": experiment.name,
            "prompt": options.prompt,
            "text": vocabulary.join(tokens),
            "tokens": tokens,
            "probabilities": [one.p[one.token] for one in drawn],
            "temperature": options.temperature,
            "seed": options.seed,
        }))  # fmt: skip
    else:
        said = [] if experiment.answering is not None else vocabulary.tokenize(options.prompt)
        end = None if experiment.answering is None else experiment.answering.end
        spoken = [token for one, token in zip(drawn, tokens, strict=True) if one.token != end]
        print(vocabulary.join([*said, *spoken]))
    return 0


def _prompt(experiment: Experiment, text: str) -> Ints:
    vocabulary = experiment.vocabulary
    try:
        ids = vocabulary.ids(vocabulary.tokenize(text))
        if experiment.answering is not None:
            experiment.answering.first(ids)
        return ids
    except ExperimentError as error:
        raise error.at(key="--prompt") from None


def _drawn(network: Trained, prompt: Ints, options: Namespace) -> Sequence[Sample]:
    experiment = network.experiment
    known, answering = (network.params, network.net, experiment.vocabulary), experiment.answering
    manner = {"temperature": options.temperature, "seed": options.seed}
    samples = (
        sample(*known, prompt, **manner)
        if answering is None
        else answers(*known, answering, prompt, **manner)
    )
    try:
        return list(progress(islice(samples, options.length), options.length, "tokens"))
    except FloatingPointError as error:
        raise ExperimentError(f"can't draw a token after {network.when}: {error}") from None
