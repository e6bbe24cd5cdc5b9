"""`rnn-tui generate`: a network trained on a stream goes on with a text."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from itertools import islice

from rnn_tui.arrays import Ints
from rnn_tui.cli.output import progress, to_json
from rnn_tui.cli.trained import Trained, opened, trained
from rnn_tui.engine.sampling import Sample, sample
from rnn_tui.engine.training import Trainer
from rnn_tui.experiments import Experiment, ExperimentError


def run(options: Namespace) -> int:
    """Print the prompt and what follows."""
    experiment = opened(options)
    if experiment.stream is None:
        wrong = "expected a stream of text, as only that can be gone on with"
        raise ExperimentError(f"{wrong}, and it has labelled examples", file=experiment.name)
    prompt = _prompt(experiment, options.prompt)
    trainer = Trainer(experiment)
    network = trained(trainer, options, trainer.settings.updates(trainer.updates_per_epoch))
    drawn = _drawn(network, prompt, options)
    vocabulary = experiment.vocabulary
    tokens = [vocabulary.tokens[one.token] for one in drawn]
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
        print(vocabulary.join([*vocabulary.tokenize(options.prompt), *tokens]))
    return 0


def _prompt(experiment: Experiment, text: str) -> Ints:
    vocabulary = experiment.vocabulary
    try:
        return vocabulary.ids(vocabulary.tokenize(text))
    except ExperimentError as error:
        raise error.at(key="--prompt") from None


def _drawn(network: Trained, prompt: Ints, options: Namespace) -> Sequence[Sample]:
    samples = sample(
        network.params,
        network.net,
        network.experiment.vocabulary,
        prompt,
        temperature=options.temperature,
        seed=options.seed,
    )
    try:
        return list(progress(islice(samples, options.length), options.length, "tokens"))
    except FloatingPointError as error:
        raise ExperimentError(f"can't draw a token after {network.when}: {error}") from None
