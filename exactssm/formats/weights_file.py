"""Trained weights from ``.npz`` and safetensors files: the exact numbers that they are, in the format that they are in.

The page ``docs/weights.md`` says what the arrays must be called. One layer is read, diagonal or dense, over the format
of its arrays. With a linear head its output is the largest score; without one it is the state, and every readout of the
state can be decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from os import fspath
from pathlib import Path
from typing import Final, NamedTuple

from exactssm.arithmetic import FLOATS, Moment, Rounded
from exactssm.errors import FormatError
from exactssm.formats.arrays import ArrayFile, FloatArray, read_bytes
from exactssm.formats.limits import MAX_COORDINATES
from exactssm.formats.npz import parse_npz
from exactssm.formats.reading import PathName
from exactssm.formats.readouts import ArgmaxReadout, Score, StateReadout
from exactssm.formats.safetensors import parse_safetensors
from exactssm.layers import DenseLayer, DiagonalLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.models import Block, Model
from exactssm.models.model import Readout

__all__ = ["WEIGHTS_SUFFIXES", "Weights", "load_weights", "read_arrays"]

WEIGHTS_SUFFIXES: Final = (".npz", ".safetensors")

A, B, START, HEAD, BIAS = "layers.0.A", "layers.0.b", "layers.0.start", "head.weight", "head.bias"
_KNOWN: Final = (A, B, START, HEAD, BIAS)


class Weights(NamedTuple):
    """What a file with weights holds."""

    model: Model  #: one layer; its output is that of the head, or else the state as text
    arithmetic: Rounded  #: what the layer computes in
    has_head: bool


def read_arrays(path: PathName) -> ArrayFile:
    """The arrays in an ``.npz`` or ``.safetensors`` file, entries as codes of their formats.

    Raises: FormatError, naming the file and the array.
    """
    suffix = Path(path).suffix
    try:
        if suffix not in WEIGHTS_SUFFIXES:
            raise FormatError(f"a file with weights must end in {' or '.join(WEIGHTS_SUFFIXES)}")
        data = read_bytes(path)
        return parse_npz(data) if suffix == ".npz" else parse_safetensors(data)
    except FormatError as error:
        raise FormatError(f"{fspath(path)!r}: {error}") from None


def load_weights(
    path: PathName,
    *,
    alphabet: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    moment: Moment | str = Moment.EACH,
    ties: str = "error",
) -> Weights:
    """The layer in a file with weights.

    ``alphabet`` names the letters and ``outputs`` the rows of the head, in the order of the arrays. By default they are
    what the metadata of a safetensors file say, separated by blanks, or else ``0``, ``1``, ``2`` and so on. ``moment``
    says when a step rounds. On a tie of the largest scores the first of them wins, or, where ``ties`` is ``error``,
    running the model raises DomainError.

    Raises: FormatError, naming the file and the array; DomainError, for a moment of another name.
    """
    moment = Moment.named(moment)
    file = read_arrays(path)
    try:
        return _weights(file, alphabet, outputs, moment, ties)
    except FormatError as error:
        raise FormatError(f"{fspath(path)!r}: {error}") from None


def _weights(
    file: ArrayFile, alphabet: Sequence[str] | None, outputs: Sequence[str] | None, moment: Moment, ties: str
) -> Weights:
    arrays = file.arrays
    for name in arrays:
        if name not in _KNOWN:
            raise FormatError(f"unknown array {name!r:.80}; the arrays are {', '.join(_KNOWN)}: one layer, and a head")
    for name in (A, START):
        if name not in arrays:
            raise FormatError(f"the array {name} is missing")
    if BIAS in arrays and HEAD not in arrays:
        raise FormatError(f"there is {BIAS}, but {HEAD} is missing")
    if ties not in ("error", "first"):
        raise FormatError(f"ties must be error or first, got {ties!r:.80}")
    domain = Rounded(FLOATS[_common_format(arrays)], moment)
    letters, width = _check_shapes(arrays)
    symbols = _names(alphabet, file.metadata, "alphabet", letters, f"letters of {A}")
    start = _finite(arrays[START], START)
    drive = dict(zip(symbols, _rows(arrays[B], B), strict=True)) if B in arrays else None
    layer: DiagonalLayer | DenseLayer
    if len(arrays[A].shape) == 2:
        layer = DiagonalLayer(domain, start, dict(zip(symbols, _rows(arrays[A], A), strict=True)), drive)
    else:
        layer = DenseLayer(domain, start, dict(zip(symbols, _matrices(arrays[A], A), strict=True)), drive)
    write = (domain.format,) * width
    readout: Readout = StateReadout(False, None, write, A)
    if HEAD in arrays:
        answers = _names(outputs, file.metadata, "outputs", arrays[HEAD].shape[0], f"rows of {HEAD}")
        readout = ArgmaxReadout(_scores(arrays, answers), ties == "first", domain.number_format.decode, write, HEAD)
    elif outputs is not None:
        raise FormatError(f"outputs are those of a head, and {HEAD} is missing")
    return Weights(Model(symbols, [Block(layer, readout)]), domain, HEAD in arrays)


def _common_format(arrays: Mapping[str, FloatArray]) -> str:
    formats = {name: arrays[name].layout.number_format for name in (A, B, START) if name in arrays}
    for name, found in formats.items():
        if found != formats[A]:
            raise FormatError(
                f"the arrays of a layer must be of one format; {A} is {formats[A]}, and {name} is {found}"
            )
    return formats[A]


def _check_shapes(arrays: Mapping[str, FloatArray]) -> tuple[int, int]:
    """The number of letters and the width."""
    shape = arrays[A].shape
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[1] != shape[2]):
        raise FormatError(f"{A} must have the shape (letters, d), diagonal, or (letters, d, d), dense; found {shape}")
    letters, width = shape[:2]
    if width > MAX_COORDINATES:
        raise FormatError(f"{A}: a layer must have at most {MAX_COORDINATES} coordinates, found {width}")
    wanted = {B: (letters, width), START: (width,)}
    if HEAD in arrays:
        head = arrays[HEAD].shape
        if len(head) != 2 or head[1] != width:
            raise FormatError(f"{HEAD} must have the shape (outputs, {width}), found {head}")
        wanted[BIAS] = (head[0],)
    for name, expected in wanted.items():
        if name in arrays and arrays[name].shape != expected:
            raise FormatError(f"{name} must have the shape {expected}, as {A} has {shape}; found {arrays[name].shape}")
    return letters, width


def _names(
    given: Sequence[str] | None, metadata: Mapping[str, str], key: str, count: int, what: str
) -> tuple[str, ...]:
    if given is None and key in metadata:
        given = metadata[key].split()
    names = tuple(map(str, range(count))) if given is None else tuple(given)
    if len(names) != count:
        raise FormatError(f"{key}: the {count} {what} must have a name each, got {len(names)} names")
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise FormatError(f"{key}: each name must stand once; {name!r:.80} stands twice")
        seen.add(name)
    return names


def _finite(array: FloatArray, name: str) -> tuple[int, ...]:
    """The codes of an array, if none is that of an infinity or NaN."""
    domain, codes = array.domain, array.codes()
    refused = {code for code in set(codes) if domain.classify(code) in ("inf", "nan")}
    if refused:
        position = next(position for position, code in enumerate(codes) if code in refused)
        found, place = domain.text(codes[position]), []
        for length in reversed(array.shape):
            position, index = divmod(position, length)
            place.append(str(index))
        raise FormatError(f"{name}[{','.join(reversed(place))}]: a weight must be a number, found {found}")
    return codes


def _rows(array: FloatArray, name: str) -> list[Vector]:
    codes, width = _finite(array, name), array.shape[-1]
    return [codes[i : i + width] for i in range(0, len(codes), width)]


def _matrices(array: FloatArray, name: str) -> list[Matrix]:
    rows, width = _rows(array, name), array.shape[1]
    return [tuple(rows[i : i + width]) for i in range(0, len(rows), width)]


def _scores(arrays: Mapping[str, FloatArray], answers: tuple[str, ...]) -> tuple[Score, ...]:
    """Scores are taken exactly, whatever the format of the head."""
    decode = arrays[HEAD].domain.decode
    biases = [Fraction(0)] * len(answers)
    if BIAS in arrays:
        biases = [arrays[BIAS].domain.decode(code) for code in _finite(arrays[BIAS], BIAS)]
    rows = zip(answers, _rows(arrays[HEAD], HEAD), biases, strict=True)
    return tuple(Score(answer, tuple(map(decode, row)), bias, {}) for answer, row, bias in rows)
