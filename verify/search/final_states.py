"""Can a given model compose K functions, by whatever is made of its final states? A certificate either way.

Run a model on the stream of every instance, and look at the states of all its layers at the end. Either they tell the
answer: then `DecoderTable` says which state means which. Or two instances lead to one state though their answers
differ: then `CollidingInstances` is a proof that the model fails.

**Valid against offline thoughts.** Let two streams of `exactssm.tasks.FunctionComposition` lead a stack to one state.
Both end in EOS, so that what its layers pass on at that step, and the output, are the same: layer l puts out F^l(h^l,
z^{l-1}), where z^0 = EOS and h^l is the same in both. A model that thinks after EOS reads its own outputs from then on:
by induction it thinks the same thoughts, in the same states, after both streams, and gives the same answer, whatever
its last readout and however long it thinks. So no readout and no number of offline thoughts saves the model.
Conversely, where there is a decoder table, one look at the states of all layers is enough. `composition_certificate`
takes a model that thinks offline as the stack inside: its certificate is about all ways of thinking with that stack.

It is not valid against *online* thoughts, which change the states on the way.

Instances aren't enumerated: pairs of states of model and task are searched, as `verify.search.readouts` does, which is
far fewer than the N (N^N)^K instances. Both certificates are checked without a search.

Source: 2604.14501, offline chain of thought does not evade the lower bound (our proof).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exactssm.errors import CertificateError, ConstructionError
from exactssm.machine import Machine, Output, Restricted, State, Word, run
from exactssm.models import OfflineCoT, OnlineCoT
from exactssm.tasks import EOS, FunctionComposition, Instance
from exactssm.tasks.composition import compose
from verify.search.reachability import DEFAULT_BUDGET, ClosedPairs, search
from verify.search.readouts import ReadBy, label_states, unread
from verify.trace import Collision, short_word, text

__all__ = ["CollidingInstances", "DecoderTable", "composition_certificate"]


@dataclass(frozen=True)
class DecoderTable:
    """A proof that the final states tell the answers: what each means, and the pairs of states that model and task
    reach, which are closed under every symbol."""

    rows: Mapping[State, Output]  #: the states of all layers after EOS -> the answer
    pairs: ClosedPairs

    def check(self, model: Machine, task: FunctionComposition) -> None:
        """Raise CertificateError, unless every well-formed stream of ``task`` ends in a state of ``model`` that the
        table decodes rightly: by induction along the stream, as the pairs are closed."""
        stack = _stack(model, task)
        self.pairs.check(_decoded(stack, self.rows), task)

    def decode(self, state: State) -> Output:
        """The answer that a final state means. Raises CertificateError, if no instance ends there."""
        if state not in self.rows:
            raise CertificateError(f"no instance ends in the state {text(state)}")
        return self.rows[state]

    def as_json(self) -> dict[str, Any]:
        """The table, states and answers as text."""
        return {"decodes": True, "rows": {text(state): text(answer) for state, answer in self.rows.items()}}

    def __str__(self) -> str:
        return self.as_text()

    def as_text(self) -> str:
        """One sentence."""
        return f"the final states tell the answers: {len(self.rows)} states, {len(self.pairs.pairs)} pairs"


@dataclass(frozen=True)
class CollidingInstances:
    """A proof that no readout and no offline thoughts make a model right: two streams that end in one state of all
    layers, while different answers are demanded."""

    first: Word
    second: Word
    state: State  #: of all layers, after either
    answers: tuple[Output, Output]

    def instances(self, task: FunctionComposition) -> tuple[Instance, Instance]:
        """The two instances. Raises CertificateError, unless both words are well-formed streams."""
        one, other = task.read(self.first), task.read(self.second)
        if one is None or other is None:
            raise CertificateError("both words must be well-formed streams; they aren't")
        return one, other

    def check(self, model: Machine, task: FunctionComposition) -> None:
        """Raise CertificateError, unless ``model`` ends in the state recorded on both streams, and the answers, by the
        definition of composition, are those recorded and differ."""
        instances = self.instances(task)
        answers = tuple(task.answer(compose(*instance)) for instance in instances)
        if answers != self.answers or answers[0] == answers[1]:
            raise CertificateError(f"the answers must be those recorded, and differ; they are {answers}")
        stack = _stack(model, task)
        states = [run(stack, word).states[-1] for word in (self.first, self.second)]
        if states != [self.state, self.state]:
            raise CertificateError("both streams must lead to the state recorded; they don't")

    def as_json(self) -> dict[str, Any]:
        """Both streams, the state and both answers, as text."""
        return {
            "decodes": False,
            "words": [[text(symbol) for symbol in word] for word in (self.first, self.second)],
            "state": text(self.state),
            "answers": [text(answer) for answer in self.answers],
        }

    def __str__(self) -> str:
        return self.as_text()

    def as_text(self) -> str:
        """One sentence."""
        return (
            f"{short_word(self.first)} and {short_word(self.second)} both lead to the states {text(self.state)}, but "
            f"their answers are {text(self.answers[0])} and {text(self.answers[1])}: no readout and no offline "
            "thoughts give both"
        )


def composition_certificate(
    model: Machine, task: FunctionComposition, *, max_pairs: int = DEFAULT_BUDGET
) -> DecoderTable | CollidingInstances:
    """A decoder table for ``model`` on all instances of ``task``, or two instances that no decoder tells apart.

    >>> from constructions.composition.function_composition import composition_stack
    >>> task = FunctionComposition(N=2, K=2)
    >>> sorted(composition_certificate(composition_stack(task), task).rows.items())[:2]
    [(((0,), (0,), (0,)), 0), (((0,), (0,), (1,)), 1)]
    >>> from exactssm.models import Model
    >>> stack = composition_stack(task)
    >>> print(composition_certificate(Model(stack.alphabet, stack.blocks[:2]), task).as_text())
    (start,0) (1,0,0) (1,1,0) (2,0,0) (2,1,0) (eos) and (start,0) (1,0,0) (1,1,0) (2,0,1) (2,1,0) (eos) both lead to \
the states ((0),(0)), but their answers are 0 and 1: no readout and no offline thoughts give both

    Raises: SymbolError, unless the model reads the task's symbols; ConstructionError, if it thinks online;
    BudgetExhausted, if more than ``max_pairs`` pairs of states are reachable.
    """
    stack = unread(_stack(model, task))
    found = label_states(stack, task, max_pairs=max_pairs).found
    if isinstance(found, Collision):
        return CollidingInstances(found.first, found.second, found.state, found.demanded)
    rows = {state: answer for (state, symbol), answer in found.items() if symbol == EOS}
    closed = search(_decoded(stack, rows), task, max_pairs=max_pairs)
    assert closed.word is None, "the table was made of the demands"
    return DecoderTable(rows, ClosedPairs(closed.pairs))


def _decoded(stack: Machine, rows: Mapping[State, Output]) -> ReadBy:
    """``stack``, whose answer after EOS is what the table says."""
    return ReadBy(stack, {(state, EOS): answer for state, answer in rows.items()})


def _stack(model: Machine, task: FunctionComposition) -> Machine:
    """What has the final states: of a model that thinks offline, the stack inside."""
    if isinstance(model, OnlineCoT):
        raise ConstructionError("online thoughts change the states on the way; certificates are of stacks, or offline")
    return Restricted(model.model, task.alphabet) if isinstance(model, OfflineCoT) else model
