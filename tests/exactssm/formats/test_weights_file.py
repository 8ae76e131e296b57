"""Weights from npz and safetensors files: bit for bit what other writers wrote, and one line for what is malformed."""

from __future__ import annotations

import json
import random
import struct
import zipfile
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

from exactssm.arithmetic import FLOATS
from exactssm.errors import FormatError
from exactssm.formats import limits, load_weights, read_arrays
from exactssm.formats.npz import parse_npz
from exactssm.formats.safetensors import parse_safetensors
from exactssm.layers import DenseLayer, DiagonalLayer
from exactssm.machine import run
from verify.__main__ import _run

BITS = {
    "binary16": ("F16", np.float16, np.uint16),
    "bfloat16": ("BF16", ml_dtypes.bfloat16, np.uint16),
    "binary32": ("F32", np.float32, np.uint32),
    "binary64": ("F64", np.float64, np.uint64),
    "e4m3fn": ("F8_E4M3", ml_dtypes.float8_e4m3fn, np.uint8),
    "e5m2": ("F8_E5M2", ml_dtypes.float8_e5m2, np.uint8),
}
DTYPES = {np.dtype(number): name for name, number, _ in BITS.values()}
PARITY = {"layers.0.A": [[1], [-1]], "layers.0.start": [1]}


def safetensors(arrays, metadata=None) -> bytes:
    """A safetensors file, written by hand."""
    header, data = {} if metadata is None else {"__metadata__": metadata}, b""
    for name, array in arrays.items():
        offsets = [len(data), len(data) + array.nbytes]
        header[name] = {"dtype": DTYPES[array.dtype], "shape": list(array.shape), "data_offsets": offsets}
        data += array.tobytes()
    return around(json.dumps(header).encode(), data)


def around(header: bytes, data: bytes = b"") -> bytes:
    return len(header).to_bytes(8, "little") + header + data


def npz(arrays) -> bytes:
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def arrays_of(lists, number=np.float32):
    return {name: np.array(values, number) for name, values in lists.items()}


def hard_codes(name: str) -> np.ndarray:
    """Codes of zeros, subnormals, normal numbers, infinities and NaNs of a format; all of a short one."""
    _, _, unsigned = BITS[name]
    bits = FLOATS[name].bits
    if bits <= 8:
        return np.arange(2**bits, dtype=unsigned)
    rng = random.Random(1)
    top, first = 1 << bits - 1, FLOATS[name].least_normal
    least = [0, 1, 2, first - 1, first, first + 1, FLOATS[name].largest, FLOATS[name].infinity, FLOATS[name].nan_code]
    return np.array([*least, *(top + x for x in least), *(rng.getrandbits(bits) for _ in range(494))], unsigned)


@pytest.mark.parametrize("name", BITS)
def test_codes_are_the_bits_that_were_written(name):
    _, number, _ = BITS[name]
    codes = hard_codes(name)
    array = codes.view(number).reshape(2, -1)
    read = parse_safetensors(safetensors({"x": array})).arrays["x"]
    assert read.codes() == tuple(map(int, codes))
    assert read.shape == array.shape
    assert read.domain == FLOATS[name]
    if name in ("binary16", "binary32", "binary64"):
        for written in (array, array.astype(array.dtype.newbyteorder(">")), np.asfortranarray(array)):
            read = parse_npz(npz({"x": written})).arrays["x"]
            assert read.codes() == tuple(map(int, codes))
            assert read.domain == FLOATS[name]


def test_codes_stand_for_the_numbers_that_numpy_reads():
    """`Fraction(float)` is exact: the values are those of another reader of the same bits."""
    values = np.array([0.1, -0.0, 5e-324, 1.7976931348623157e308, -2.5], np.float64)
    read = parse_npz(npz({"x": values})).arrays["x"]
    assert [read.domain.decode(code) for code in read.codes()] == [Fraction(v) for v in values.tolist()]
    assert read.codes()[1] == 1 << 63


@pytest.mark.parametrize("order", ["C", "F"])
def test_places_in_arrays_of_any_order(order):
    array = np.array(np.arange(24).reshape(2, 3, 4), np.float32, order=order)
    read = parse_npz(npz({"x": array})).arrays["x"]
    assert [read.domain.decode(code) for code in read.codes()] == list(range(24))


def test_files_of_the_package_safetensors():
    numpy = pytest.importorskip("safetensors.numpy")
    arrays = {
        "y": hard_codes("binary32").view(np.float32).reshape(4, -1),
        "x": hard_codes("binary16").view(np.float16),
        "z": hard_codes("binary64").view(np.float64),
    }
    read = parse_safetensors(numpy.save(arrays, metadata={"alphabet": "a b"}))
    assert read.metadata == {"alphabet": "a b"}
    assert {name: array.codes() for name, array in read.arrays.items()} == {
        name: tuple(map(int, array.view(f"u{array.itemsize}").ravel())) for name, array in arrays.items()
    }
    assert all(np.array_equal(numpy.load(safetensors(arrays))[name], a, equal_nan=True) for name, a in arrays.items())


def saved(tmp_path: Path, data: bytes, suffix: str) -> Path:
    path = tmp_path / f"weights{suffix}"
    path.write_bytes(data)
    return path


def test_a_diagonal_and_a_dense_layer(tmp_path):
    lists = {"layers.0.A": [[1, 0.5], [-1, 2]], "layers.0.b": [[0, 1], [3, -0.0]], "layers.0.start": [1, -2]}
    model, arithmetic, has_head = load_weights(saved(tmp_path, npz(arrays_of(lists)), ".npz"), alphabet=["a", "b"])
    assert (str(arithmetic), has_head, model.alphabet) == ("binary32:each", False, ("a", "b"))
    assert isinstance(model.blocks[0].layer, DiagonalLayer)
    assert run(model, "ab").outputs == ("1 0", "2 0")
    lists["layers.0.A"] = [[[0, 1], [1, 0]], [[1, 1], [0, 1]]]
    path = saved(tmp_path, safetensors(arrays_of(lists, np.float16), {"alphabet": "x y"}), ".safetensors")
    model, arithmetic, _ = load_weights(path, moment="fused")
    assert str(arithmetic) == "binary16:fused"
    assert isinstance(model.blocks[0].layer, DenseLayer)
    assert run(model, "xy").outputs == ("-2 2", "3 2")


def test_a_head_is_taken_exactly(tmp_path):
    """Its scores differ by less than any number of the layer's format."""
    arrays = arrays_of(PARITY, np.float16) | {
        "head.weight": np.array([[1], [1]], np.float64),
        "head.bias": np.array([1, 1 + 2**-52], np.float64),
    }
    path = saved(tmp_path, npz(arrays), ".npz")
    assert run(load_weights(path, outputs=["less", "more"]).model, "01").outputs == ("more", "more")
    tied = saved(tmp_path, npz(arrays | {"head.bias": np.zeros(2)}), ".npz")
    with pytest.raises(Exception, match="'0', '1' tie at the state '1'"):
        run(load_weights(tied).model, "0")
    assert run(load_weights(tied, ties="first").model, "0").outputs == ("0",)


@pytest.mark.parametrize(("value", "found"), [(np.inf, "inf"), (-np.inf, "-inf"), (np.nan, "nan")])
@pytest.mark.parametrize("name", ["layers.0.A", "layers.0.b", "layers.0.start", "head.weight", "head.bias"])
def test_infinities_and_nans_are_refused_by_their_place(tmp_path, name, value, found):
    arrays = arrays_of({
        "layers.0.A": [[1, 1], [1, 1]],
        "layers.0.b": [[1, 1], [1, 1]],
        "layers.0.start": [1, 1],
        "head.weight": [[1, 1], [2, 2]],
        "head.bias": [1, 1],
    })  # fmt: skip
    place = (1, 0) if arrays[name].ndim == 2 else (1,)
    arrays[name][place] = value
    with pytest.raises(FormatError, match=rf"{name}\[{','.join(map(str, place))}\]: .* found {found}"):
        load_weights(saved(tmp_path, npz(arrays), ".npz"))


def changed(**changes):
    """The arrays of the parity layer, some of them other ones, by the last part of their name."""
    arrays = arrays_of(PARITY)
    for name, array in changes.items():
        full = name if name.startswith("extra") else f"{'head' if name in ('weight', 'bias') else 'layers.0'}.{name}"
        if array is None:
            del arrays[full]
        else:
            arrays[full] = array
    return arrays


ZEROS = np.zeros
WRONG_ARRAYS = {
    "no A": (changed(A=None), "layers.0.A is missing"),
    "no start": (changed(start=None), "layers.0.start is missing"),
    "one more": (changed(extra=ZEROS(1)), "unknown array 'extra'"),
    "a bias alone": (changed(bias=ZEROS(2)), "head.weight is missing"),
    "vectors for A": (changed(A=ZEROS(2, np.float32)), r"layers.0.A must have the shape \(letters, d\)"),
    "no square": (changed(A=ZEROS((2, 1, 2), np.float32)), "layers.0.A must have the shape"),
    "another width": (changed(start=ZEROS(2, np.float32)), r"layers.0.start must have the shape \(1,\)"),
    "other letters": (changed(b=ZEROS((3, 1), np.float32)), r"layers.0.b must have the shape \(2, 1\)"),
    "another format": (changed(b=ZEROS((2, 1), np.float16)), "layers.0.b is binary16"),
    "a head of another width": (changed(weight=ZEROS((2, 2))), r"head.weight must have the shape \(outputs, 1\)"),
    "a bias of other outputs": (changed(weight=ZEROS((2, 1)), bias=ZEROS(3)), r"head.bias must have the shape \(2,\)"),
    "a scalar": (changed(start=np.float32(1)), "layers.0.start must have the shape"),
    "nothing": (changed(A=ZEROS((0, 1), np.float32)), "each index must run through 1 to"),
    "four indices": (changed(A=ZEROS((1, 1, 1, 1), np.float32)), "at most 3 indices, got 4"),
    "too many letters": (changed(A=ZEROS((2**16 + 1, 1), np.float32)), "each index must run through 1 to 65536"),
    "too many numbers": (changed(A=ZEROS((2**13, 513), np.float32)), "at most 4194304 entries"),
}


@pytest.mark.parametrize("case", WRONG_ARRAYS)
def test_arrays_that_make_no_layer(tmp_path, case):
    arrays, message = WRONG_ARRAYS[case]
    with pytest.raises(FormatError, match=message) as caught:
        load_weights(saved(tmp_path, npz(arrays), ".npz"))
    assert "weights.npz" in str(caught.value)


def npy(descr="'<f4'", shape="(2,)", order="False", data=bytes(8), version=b"\x01\x00", magic=b"\x93NUMPY") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    return magic + version + len(header).to_bytes(2 if version[0] == 1 else 4, "little") + header + data


def zipped(*members: tuple[str, bytes], method=zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    assert len(old) == len(new)
    return data.replace(old, new)


def with_size(size: int) -> bytes:
    """An archive whose directory states another size of its only member, before it is unpacked."""
    data = bytearray(zipped(("x.npy", npy())))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", size)
    return bytes(data)


def pickled() -> bytes:
    buffer = BytesIO()
    np.savez(buffer, x=np.array([{"a": 1}], dtype=object))
    return buffer.getvalue()


GOOD = zipped(("x.npy", npy()))
BAD_NPZ = {
    "empty": (b"", "no zip archive"),
    "no zip": (b"\x93NUMPY" * 20, "no zip archive"),
    "cut in the middle": (GOOD[:60], "no zip archive"),
    "cut at the front": (GOOD[20:], "no zip archive|damaged"),
    "another file": (zipped(("x.txt", b"1")), "must hold .npy files only, found 'x.txt'"),
    "bzip2": (zipped(("x.npy", npy()), method=zipfile.ZIP_BZIP2), "must be stored or deflated"),
    "a wrong checksum": (
        patched(zipped(("x.npy", npy(data=b"12345678")), method=0), b"12345678", b"87654321"),
        "damaged",
    ),
    "a bomb": (zipped(("x.npy", npy(shape="(2147483648,)", data=bytes(2**27)))), "at most 67108864 bytes unpacked"),
    "a bomb by its header": (zipped(("x.npy", npy(shape="(65536, 4096)"))), "at most 4194304 entries"),
    "a size that is stated larger": (with_size(2**25), "must take 8 bytes"),
    "a size that is stated smaller": (with_size(4), "magic|begin with|damaged"),
    "twice": (None, "'x' stands twice"),
    "many": (zipped(*((f"{i}.npy", b"") for i in range(600)), method=0), "at most 256 arrays"),
    "pickled": (pickled(), "objects are never unpickled"),
    "magic": (zipped(("x.npy", npy(magic=b"\x93NUMPI"))), "must begin with"),
    "version": (zipped(("x.npy", npy(version=b"\x04\x00"))), "version .* found 0400"),
    "header length": (
        zipped(("x.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff")),
        "at most 4096 bytes, and states 4294967295",
    ),
    "header cut": (zipped(("x.npy", npy()[:30])), "must be .* bytes of ASCII"),
    "no length": (zipped(("x.npy", npy()[:9])), "damaged"),
    "no literal": (zipped(("x.npy", npy(shape="f()"))), "must be a Python literal"),
    "deep": (zipped(("x.npy", npy(shape="(" * 4000))), "must be a Python literal"),
    "deep minus": (zipped(("x.npy", npy(shape="-" * 4000 + "1"))), "must be a Python literal"),
    "unhashable": (zipped(("x.npy", npy(shape="(1,), []: 1, 'x': ()"))), "must be a Python literal"),
    "keys": (zipped(("x.npy", npy(shape="(2,), 'x': 1"))), "must have the keys"),
    "integers": (zipped(("x.npy", npy(descr="'<i4'"))), "found '<i4'"),
    "long floats": (zipped(("x.npy", npy(descr="'<f16'", data=bytes(32)))), "found '<f16'"),
    "records": (zipped(("x.npy", npy(descr="[('a', '<f4')]"))), "entries must be floats"),
    "negative": (zipped(("x.npy", npy(shape="(-2, -1)"))), r"a tuple of integers >= 0, found \(-2, -1\)"),
    "true": (zipped(("x.npy", npy(shape="(True, 2)"))), "a tuple of integers"),
    "a list": (zipped(("x.npy", npy(shape="[2]"))), "a tuple of integers"),
    "order": (zipped(("x.npy", npy(order="1"))), "must be True or False"),
    "huge": (zipped(("x.npy", npy(shape=f"({'9' * 3000},)"))), "each index must run through"),
    "short data": (zipped(("x.npy", npy(data=bytes(7)))), "must take 8 bytes after the header, found 7"),
    "long data": (zipped(("x.npy", npy(data=bytes(9)))), "must take 8 bytes after the header, found 9"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("case", BAD_NPZ)
def test_malformed_npz(case):
    data, message = BAD_NPZ[case]
    if case == "twice":
        data = zipped(("x.npy", npy()), ("x.npy", npy()))
    with pytest.raises(FormatError, match=message) as caught:
        parse_npz(data)
    assert len(str(caught.value)) < 400


def tensors(data=bytes(8), **entries) -> bytes:
    return around(json.dumps(entries).encode(), data)


def entry(begin=0, end=8, shape=(2,), dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


BAD_SAFETENSORS = {
    "empty": (b"", "must begin with 8 bytes"),
    "length": (b"\xff" * 8 + b"{}", "it states 18446744073709551615"),
    "beyond the file": ((100).to_bytes(8, "little") + b"{}", "within the file of 10 bytes; it states 100"),
    "a large header": (around(b" " * (2**20 + 1)), "at most 1048576 bytes"),
    "no UTF-8": (around(b"\xff{}"), "must be UTF-8; its byte 0 is not"),
    "no JSON": (around(b"{x}"), "not JSON"),
    "deep": (around(b"[" * 10000), "nested"),
    "a list": (around(b"[]"), "expected an object"),
    "nothing": (around(b"{}"), "expected 1 to 257 arrays"),
    "twice": (around(b'{"x": 1, "x": 2}'), '"x" stands twice'),
    "a key missing": (tensors(x={"dtype": "F32", "shape": [2]}), 'x: the key "data_offsets" is missing'),
    "a key too many": (tensors(x=entry() | {"order": "C"}), 'x: unknown key "order"'),
    "dtype": (tensors(x=entry(dtype="I32")), "x.dtype: expected one of"),
    "dtype of another kind": (tensors(x=entry(dtype=["F32"])), "x.dtype: expected one of"),
    "negative shape": (tensors(x=entry(shape=(-2, -1))), r"x.shape\[0\]: expected an integer from 1"),
    "empty shape": (tensors(x=entry(shape=(0,), end=0)), r"x.shape\[0\]: expected an integer from 1"),
    "huge shape": (tensors(x=entry(shape=(2**40,))), r"x.shape\[0\]: expected an integer from 1"),
    "huge product": (tensors(x=entry(shape=(2**16, 2**16))), "at most 4194304 entries"),
    "float shape": (around(b'{"x": {"dtype": "F32", "shape": [2.0], "data_offsets": [0, 8]}}', bytes(8)), "the float"),
    "true for a shape": (tensors(x=entry(shape=(True, 2))), r"x.shape\[0\]: expected an integer"),
    "four indices": (tensors(x=entry(shape=(1, 1, 1, 2))), "at most 3 indices"),
    "size": (tensors(x=entry(shape=(3,))), "3 entries of binary32 must take 12 bytes, found 8"),
    "ends before it begins": (tensors(x=entry(8, 0)), "must take 8 bytes, found -8"),
    "outside": (tensors(x=entry(0, 16, (4,))), r"x.data_offsets\[1\]: expected an integer from 0 to 8"),
    "negative offset": (tensors(x=entry(-8, 0)), r"x.data_offsets\[0\]: expected an integer from 0"),
    "three offsets": (tensors(x=entry() | {"data_offsets": [0, 4, 8]}), "expected 2 offsets, found 3"),
    "overlap": (tensors(x=entry(), y=entry(4, 8, (1,))), "y: .* overlap: expected 8"),
    "the same data": (tensors(x=entry(), y=entry()), "y: .* overlap"),
    "gap": (tensors(x=entry(0, 4, (1,)), y=entry(8, 12, (1,)), data=bytes(12)), "y: .* leave a gap: expected 4"),
    "a gap in front": (tensors(x=entry(4, 8, (1,))), "x: .* leave a gap: expected 0"),
    "more data": (tensors(x=entry(), data=bytes(9)), "end where the last array does, at 8; the file has 9"),
    "fewer data": (tensors(x=entry(), data=bytes(7)), "expected an integer from 0 to 7"),
    "metadata": (tensors(x=entry(), __metadata__={"alphabet": 1}), "__metadata__.alphabet: expected a string"),
    "many": (tensors(data=b"", **{str(i): entry(0, 0) for i in range(300)}), "expected 1 to 257 arrays, found 300"),
}


@pytest.mark.parametrize("case", BAD_SAFETENSORS)
def test_malformed_safetensors(case):
    data, message = BAD_SAFETENSORS[case]
    with pytest.raises(FormatError, match=message) as caught:
        parse_safetensors(data)
    assert len(str(caught.value)) < 400


def complaint(parse, data: bytes) -> str:
    """What is wrong with the file; nothing, if it is read."""
    try:
        parse(data)
    except FormatError as error:
        return str(error)
    return ""


def test_damage_is_read_or_a_format_error():
    """Single bytes of good files changed, and their ends cut: never another error."""
    rng = random.Random(2)
    good = {parse_npz: npz(arrays_of(PARITY)), parse_safetensors: safetensors(arrays_of(PARITY), {"alphabet": "0 1"})}
    for parse, data in good.items():
        assert complaint(parse, data) == ""
        found = []
        for _ in range(1500):
            spoilt = bytearray(data)
            spoilt[rng.randrange(len(data))] = rng.randrange(256)
            if rng.random() < 0.2:
                del spoilt[rng.randrange(len(data)) :]
            found.append(complaint(parse, bytes(spoilt)))
        assert sum(map(bool, found)) > 500
        assert max(map(len, found)) < 400


BAD_FILES = [
    *((".npz", case, data) for case, (data, _) in BAD_NPZ.items() if data is not None),
    *((".safetensors", case, data) for case, (data, _) in BAD_SAFETENSORS.items()),
    *((".npz", case, npz(arrays)) for case, (arrays, _) in WRONG_ARRAYS.items()),
]


@pytest.mark.parametrize(("suffix", "case", "data"), BAD_FILES, ids=lambda value: value if type(value) is str else "")
def test_the_command_line_says_it_in_one_line(tmp_path, capsys, suffix, case, data):
    assert _run(["compare", str(saved(tmp_path, data, suffix)), "parity"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("exactssm: ")
    assert f"weights{suffix}" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alphabet": ["0"]}, "alphabet: the 2 letters of layers.0.A must have a name each, got 1"),
        ({"alphabet": ["0", "0"]}, "'0' stands twice"),
        ({"outputs": ["0"]}, "head.weight is missing"),
        ({"ties": "last"}, "ties must be error or first"),
    ],
)
def test_wrong_names(tmp_path, options, message):
    with pytest.raises(FormatError, match=message):
        load_weights(saved(tmp_path, npz(arrays_of(PARITY)), ".npz"), **options)


def test_files_that_can_not_be_read(tmp_path):
    for path in ("missing.npz", "missing.safetensors", tmp_path / "x.pt", "\0.npz"):
        with pytest.raises(FormatError):
            read_arrays(path)
    large = tmp_path / "large.npz"
    with large.open("wb") as file:
        file.truncate(limits.MAX_BYTES + 1)
    with pytest.raises(FormatError, match="at most 67108864 bytes"):
        read_arrays(large)
