"""What a model uses, measured on the states that it reaches, never taken from what it declares.

Source: 2604.14501 for width d, precision p, depth L and the budget L*d*p.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from constructions.claim import Bounds
from exactssm.arithmetic.domain import Domain, Element
from exactssm.layers import Layer
from exactssm.machine import UNSPECIFIED, Machine, State, Symbol
from exactssm.models.chain_of_thought import OfflineCoT, OnlineCoT, Think
from exactssm.models.model import Model
from exactssm.tasks.dead import dead_states
from exactssm.tasks.streaming import bits_for
from verify.search.reachability import LayerUse, Pair, StackUse
from verify.search.remembering import remembering

__all__ = ["Resources", "exceeded", "largest", "measure"]


@dataclass(frozen=True)
class Resources:
    """The measured resources of a stack of layers, on the reachable states."""

    depth: int  #: L, the number of layers
    widths: tuple[int, ...]  #: of each layer; a complex coordinate counts as one
    width: int  #: d, the largest of these
    real_width: int  #: the largest number of real coordinates of a layer
    precision: int  #: p, the most bits that a coordinate needs: log2 of its distinct reachable values, rounded up
    storage_bits: int | None  #: the width of the widest declared format of a coordinate; None if it has none
    entry_bits: int  #: as precision, for the entries of A and b on the letters that arise
    entry_storage_bits: int | None  #: as storage_bits, for the entries of A and b
    memory_bits: int  #: the sum over all coordinates of each one's own bits
    budget: int  #: L * d * p
    letters: tuple[int, ...]  #: distinct letters passed from each layer to the next
    thoughts: int  #: the most thoughts on one input symbol
    vocabulary: int  #: distinct thoughts

    def as_json(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)


def measure(machine: Machine, pairs: Iterable[Pair], task: Machine, use: StackUse | None = None) -> Resources | None:
    """The resources of ``machine`` on the reachable ``pairs`` of its states and ``task``'s, as `search` returns them.

    Steps on which nothing is demanded any more don't count. ``use`` tells what the model did on these steps, where that
    is known already. None for a machine that is not a stack of layers.
    """
    machine = remembering(machine)
    model = machine.model if isinstance(machine, OnlineCoT | OfflineCoT) else machine
    if not isinstance(model, Model):
        return None
    if use is None:
        walk = _Steps(model)
        walk.take(machine, pairs, task)
        use = walk.use()
    layers = tuple(model.layers())
    values = [
        [{start, *column} for start, column in zip(layer.start, _columns(did.states, layer.width), strict=True)]
        for layer, did in zip(layers, use.layers, strict=True)
    ]
    entry_values = [column for layer, did in zip(layers, use.layers, strict=True) for column in _entries(layer, did)]
    thoughts = {
        output.thought
        for did in use.layers[-1:]
        for output in did.passed
        if isinstance(output, Think) and not isinstance(machine, Model)
    }
    own = [[bits_for(len(seen)) for seen in known] for known in values]
    precision = max((b for layer in own for b in layer), default=0)
    widths = tuple(layer.width for layer in layers)
    storage = [_storage_bits(layer.domain) for layer in layers]
    stored = None if None in storage else max((b for b in storage if b is not None), default=0)
    return Resources(
        depth=len(layers),
        widths=widths,
        width=max(widths, default=0),
        real_width=max((layer.real_width for layer in layers), default=0),
        precision=precision,
        storage_bits=stored,
        entry_bits=max((bits_for(len(seen)) for seen in entry_values), default=0),
        entry_storage_bits=stored,
        memory_bits=sum(map(sum, own)),
        budget=len(layers) * max(widths, default=0) * precision,
        letters=tuple(len(did.passed) for did in use.layers[:-1]),
        thoughts=use.thoughts,
        vocabulary=len(thoughts),
    )


class _Steps:
    """What the layers of ``model`` did on the steps that were taken."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._uses: list[tuple[set[State], set[Symbol], set[Symbol]]] = [(set(), set(), set()) for _ in model.blocks]
        self._thoughts = 0

    def use(self) -> StackUse:
        frozen = [[frozenset(noted) for noted in use] for use in self._uses]
        return StackUse(tuple(LayerUse(seen, read, passed) for seen, read, passed in frozen), self._thoughts)

    def take(self, machine: Machine, pairs: Iterable[Pair], task: Machine) -> None:
        """Take the steps out of ``pairs``: the definition of what a measurement counts."""
        is_dead = dead_states(task)
        for m, t in pairs:
            if is_dead(t):
                continue
            for symbol in task.alphabet:
                t_next, demanded = task.step(t, symbol)
                if demanded is UNSPECIFIED and is_dead(t_next):
                    continue
                after = self._note(m, symbol)
                if isinstance(machine, OnlineCoT | OfflineCoT):
                    chain = machine.thoughts(m, symbol)
                    self._thoughts = max(self._thoughts, len(chain))
                    for thought in chain:
                        after = self._note(after, thought)

    def _note(self, state: State, symbol: Symbol) -> State:
        states, letters = self._model.through(state, symbol)
        for (seen, read, passed), h, letter, emitted in zip(self._uses, states, letters, letters[1:], strict=False):
            seen.add(h)
            read.add(letter)
            passed.add(emitted)
        return states


def _entries(layer: Layer, did: LayerUse) -> Iterable[frozenset[Element]]:
    """The values of each entry of A and b on the letters that were read. A layer may leave out those that no letter
    changes: they take no bits, and of a recurrent matrix may be millions."""
    if did.entries is not None:
        return did.entries
    entries = getattr(layer, "varying_entries", layer.entries)
    return map(frozenset, zip(*map(entries, did.read), strict=True))


def _columns(states: Iterable[State], width: int) -> list[set[object]]:
    """The values of each coordinate."""
    columns: list[set[object]] = [set() for _ in range(width)]
    for h in states:
        for seen, coordinate in zip(columns, h, strict=True):  # type: ignore[call-overload]
            seen.add(coordinate)
    return columns


def largest(one: Resources, other: Resources) -> Resources:
    """Field by field the larger of two measurements of models of one shape; a missing figure stays missing."""

    def larger(a: Any, b: Any) -> Any:
        if isinstance(a, tuple):
            return tuple(map(max, a, b))
        return None if a is None or b is None else max(a, b)

    return Resources(**{f.name: larger(getattr(one, f.name), getattr(other, f.name)) for f in fields(Resources)})


def _storage_bits(domain: Domain | tuple[Domain, ...]) -> int | None:
    """The bits of the widest format among a layer's domains; None if one of them is infinite."""
    sizes = [d.size for d in (domain if isinstance(domain, tuple) else (domain,))]
    return None if None in sizes else max(bits_for(size) for size in sizes if size is not None)


def exceeded(resources: Resources, bounds: Bounds) -> list[str]:
    """What of ``bounds`` doesn't hold, a sentence each; empty if all holds."""
    faults = []
    for name, value in bounds.exactly.items():
        if (found := getattr(resources, name)) != value:
            faults.append(f"{name} must be {value}, measured {found}")
    for name, limit in bounds.at_most.items():
        if (found := getattr(resources, name)) is None or found > limit:
            faults.append(f"{name} must be at most {limit}, measured {found}")
    return faults
