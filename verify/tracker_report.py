"""A tracker explained to a person: its series and layers, its resources, and a short run."""

from __future__ import annotations

from itertools import cycle, islice
from textwrap import fill

from constructions.subnormal_tracker import subnormal_tracker
from exactssm.layers.layer import Layer, Vector
from verify.render import fitted_table
from verify.track import Tracking

__all__ = ["report"]

RUN_LENGTH = 6
LABEL_LENGTH = 24  # characters of an element's label that a table shows


def report(tracking: Tracking, width: int = 80) -> str:
    """What ``exactssm track`` prints; paragraphs and tables are ``width`` characters wide.

    >>> from exactssm.algebra import group
    >>> from verify.track import track
    >>> print(report(track(group("A5"))))
    A5, of order 60: refuted (not-solvable).
    <BLANKLINE>
    A5 is not solvable: its perfect core, where its derived series ends, has order
    60; no stack of diagonal layers with finitely many states tracks it, whatever
    its depth (2603.01959).
    """
    group, used = tracking.group, tracking.resources
    length = "" if tracking.derived_length is None else f" and derived length {tracking.derived_length}"
    name = group.name if len(group.name) <= 60 else group.name[:57] + "..."
    known = f"{name}, of order {group.order}{length}: {tracking.verdict} ({tracking.method})."
    if used is None or tracking.model is None or tracking.certificate is None:
        return fill(known, width) + "\n\n" + fill(tracking.reason[:1].upper() + tracking.reason[1:] + ".", width)
    pairs = len(tracking.certificate.pairs)
    proof = (
        f"Proved for words of every length over {_letters(tracking)}: {_count(pairs, 'state pair')} can be reached, "
        f"and no step out of them, of {pairs * len(tracking.letters)}, differs from the product."
    )
    widths = f" ({'+'.join(map(str, used.widths))} in the layers)" if used.depth > 1 else ""
    resources = (
        f"Depth L = {used.depth}, width d = {used.width}{widths}, precision p = "
        f"{_count(used.precision, 'bit')}, memory {_count(used.memory_bits, 'bit')}; L*d*p = {used.budget}."
    )
    parts = [fill(known, width), *_series(tracking, width), fill(proof, width), fill(resources, width)]
    return "\n\n".join([*parts, *_run(tracking, width)])


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _letters(tracking: Tracking) -> str:
    if len(tracking.letters) == tracking.group.order:
        return f"all {tracking.group.order} elements" if tracking.group.order > 1 else "the one element"
    labels = ", ".join(_label(tracking, x) for x in tracking.letters[:6])
    return f"{_count(len(tracking.letters), 'generator')} ({labels}{', ...' if len(tracking.letters) > 6 else ''})"


def _label(tracking: Tracking, x: int) -> str:
    label = tracking.group.labels[x]
    return label if len(label) <= LABEL_LENGTH else f"{label[: LABEL_LENGTH - 3]}..."


def _series(tracking: Tracking, width: int) -> list[str]:
    """The layers, and what they keep."""
    if not tracking.stages:
        return ["No layer is needed: the product is always the identity."]
    rows = [
        [str(number), _factor(tracking, number), str(s.upper // s.lower), s.cyclic, str(s.width), s.decays]
        for number, s in enumerate(tracking.stages, start=1)
    ]
    table = fitted_table(["layer", "factor", "order", "is", "width", "decays"], rows, width)
    count = f"{len(rows)} diagonal layers" if len(rows) > 1 else "One diagonal layer"
    if tracking.series is None:
        how = f"{count} over {tracking.arithmetic}: each letter moves all coordinates by one affine map each, and the "
        how += "values that they come to tell all products apart."
        return [fill(how, width), table]
    if len(rows) == 1:
        return [
            fill(f"{count} {_numbers(tracking)}: the group is Abelian, and the layer keeps the product.", width),
            table,
        ]
    names = " > ".join(f"G{i}" for i in range(len(rows) + 1))
    orders = " > ".join(str(s.upper) for s in tracking.stages) + " > 1"
    how = f"{count} {_numbers(tracking)}, one for each factor of the series {names} of subgroups, with orders {orders}."
    keeps = (
        "Layer i keeps the coset of Gi in which the product of its letters lies, and passes on the rest of the letter, "
        "an element of Gi. The last readout multiplies the cosets' representatives together."
    )
    return [fill(how, width), table, fill(keeps, width)]


def _factor(tracking: Tracking, number: int) -> str:
    return "G" if len(tracking.stages) == 1 else f"G{number - 1}/G{number}"


def _numbers(tracking: Tracking) -> str:
    """What the layers compute with."""
    if tracking.arithmetic == "exponent":
        return "of rotations, kept as exponents"
    if tracking.arithmetic == "real":
        return "over the real numbers"
    assert tracking.model is not None
    return f"over {next(tracking.model.layers()).domain}"


def _run(tracking: Tracking, width: int) -> list[str]:
    """A run on the generators in turn, the first of them now and then twice, so that its powers show."""
    generators = [x for x in tracking.group.generators if x in tracking.letters]
    if not generators or tracking.model is None:
        return []
    word = tuple(islice(cycle([generators[0], *generators]), RUN_LENGTH))
    if tracking.series is None:
        model, what = tracking.model, "states"
    else:
        model, what = subnormal_tracker(tracking.series, tracking.letters), "states as exponents of the roots of unity"
    rows, state = [], model.start
    for x in word:
        state, product = model.step(state, x)
        digits = [_state(layer, h) for layer, h in zip(model.layers(), state, strict=True)]  # type: ignore[call-overload]
        rows.append([_label(tracking, x), *digits, _label(tracking, product)])  # type: ignore[arg-type]
    header = ["symbol", *(f"layer {i}" for i in range(1, model.depth + 1)), "product"]
    return [f"A run ({what}):\n" + fitted_table(header, rows, width)]


def _state(layer: Layer, h: Vector) -> str:
    domains = layer.domain if isinstance(layer.domain, tuple) else (layer.domain,) * len(h)
    return " ".join(domain.format(x) for domain, x in zip(domains, h, strict=True))
