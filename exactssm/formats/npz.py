"""Arrays from ``.npz`` files: a zip archive with an ``.npy`` file for each array.

An ``.npy`` file is a magic string, a version, the length of a header, the header, a Python literal with the keys descr,
fortran_order and shape, and the data. Objects, which would be unpickled, are refused, as is all else that is no float.

Source: NumPy's format specification, versions 1.0 to 3.0.
"""

from __future__ import annotations

import re
import struct
import warnings
import zipfile
import zlib
from ast import literal_eval
from io import BytesIO
from typing import IO, Final

from exactssm.errors import FormatError
from exactssm.formats.arrays import ArrayFile, FloatArray, Layout, check_layouts
from exactssm.formats.limits import MAX_ARRAY_HEADER, MAX_ARRAYS, MAX_BYTES

__all__ = ["parse_npz"]

_MAGIC: Final = b"\x93NUMPY"
_LENGTHS: Final = {b"\x01\x00": "<H", b"\x02\x00": "<I", b"\x03\x00": "<I"}
_DESCR: Final = re.compile(r"([<>])f([248])")
_FLOATS: Final = {"2": "binary16", "4": "binary32", "8": "binary64"}
_ENTRY: Final = b"PK\x01\x02"  # before each entry of an archive's directory
_ENCRYPTED: Final = 1
_BROKEN: Final = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, struct.error, zlib.error)
"""What `zipfile` raises for an archive that is damaged."""


def parse_npz(data: bytes) -> ArrayFile:
    """The arrays of an ``.npz`` file, by name without the ``.npy``.

    Raises: FormatError, naming the array; before anything is unpacked, where sizes that headers state are too large or
    don't fit each other.
    """
    if data.count(_ENTRY) > 2 * MAX_ARRAYS:  # never so many by chance, and `zipfile` builds them all
        raise FormatError(f"a file with weights must have at most {MAX_ARRAYS} arrays, and has more")
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except _BROKEN as error:
        raise FormatError(f"no zip archive, which an .npz file is: {error!s:.120}") from None
    with archive:
        members: dict[str, zipfile.ZipInfo] = {}
        for member in archive.infolist():
            name = _name(member)
            if name in members:
                raise FormatError(f"each array must have a name of its own; {name!r:.80} stands twice")
            members[name] = member
        unpacked = sum(member.file_size for member in members.values())
        if unpacked > MAX_BYTES:
            raise FormatError(f"the arrays must have at most {MAX_BYTES} bytes unpacked, and state {unpacked}")
        layouts = {name: _layout(archive, name, member) for name, member in members.items()}
        check_layouts(layouts)
        return ArrayFile(
            {name: FloatArray(layouts[name], _data(archive, name, members[name], layouts[name])) for name in members},
            {},
        )


def _name(member: zipfile.ZipInfo) -> str:
    name = member.filename
    if not name.endswith(".npy"):
        raise FormatError(f"an .npz file must hold .npy files only, found {name!r:.80}")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & _ENCRYPTED:
        raise FormatError(f"{name:.80}: an array must be stored or deflated, and not encrypted")
    return name.removesuffix(".npy")


def _layout(archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo) -> Layout:
    """What the header of an array says, if the array then has the size that the archive says."""
    try:
        with archive.open(member) as file:
            header = _header(file, name)
            start = file.tell()
    except FormatError:
        raise
    except _BROKEN as error:
        raise FormatError(f"{name:.80}: the archive is damaged: {error!s:.120}") from None
    layout = _parse_header(header, name)
    if start + layout.bytes != member.file_size:
        raise FormatError(
            f"{name:.80}: {layout.size} entries of {layout.number_format} must take {layout.bytes} bytes after the "
            f"header, found {member.file_size - start}"
        )
    return layout


def _header(file: IO[bytes], name: str) -> str:
    magic, version = file.read(6), file.read(2)
    if magic != _MAGIC:
        raise FormatError(f"{name:.80}: an .npy file must begin with \\x93NUMPY, found {magic!r}")
    if version not in _LENGTHS:
        raise FormatError(f"{name:.80}: the version of an .npy file must be 1.0, 2.0 or 3.0, found {version.hex()}")
    (length,) = struct.unpack(_LENGTHS[version], file.read(struct.calcsize(_LENGTHS[version])))
    if length > MAX_ARRAY_HEADER:
        raise FormatError(f"{name:.80}: a header must have at most {MAX_ARRAY_HEADER} bytes, and states {length}")
    header = file.read(length)
    if len(header) < length or not header.isascii():
        raise FormatError(f"{name:.80}: the header must be {length} bytes of ASCII; it isn't")
    return header.decode("ascii")


def _parse_header(header: str, name: str) -> Layout:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a strange literal is refused in our words
            members = literal_eval(header.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise FormatError(f"{name:.80}: the header must be a Python literal, found {header.strip()!r:.80}") from None
    if not isinstance(members, dict) or members.keys() != {"descr", "fortran_order", "shape"}:
        raise FormatError(f"{name:.80}: the header must have the keys descr, fortran_order and shape; it hasn't")
    descr, by_columns, shape = members["descr"], members["fortran_order"], members["shape"]
    if not isinstance(descr, str) or (match := _DESCR.fullmatch(descr)) is None:
        raise FormatError(
            f"{name:.80}: entries must be floats, <f2, <f4, <f8, or >f2, >f4, >f8, found {descr!r:.80}"
            + ("; objects are never unpickled" if isinstance(descr, str) and "O" in descr else "")
        )
    if type(by_columns) is not bool:
        raise FormatError(f"{name:.80}: fortran_order must be True or False, found {by_columns!r:.80}")
    if not isinstance(shape, tuple) or not all(type(length) is int and length >= 0 for length in shape):
        raise FormatError(f"{name:.80}: a shape must be a tuple of integers >= 0, found {shape!r:.80}")
    check_layouts({name: (layout := Layout(_FLOATS[match[2]], shape, match[1] == ">", by_columns))})
    return layout


def _data(archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo, layout: Layout) -> bytes:
    try:
        whole = archive.read(member)
    except _BROKEN as error:
        raise FormatError(f"{name:.80}: the archive is damaged: {error!s:.120}") from None
    if len(whole) != member.file_size:
        raise FormatError(f"{name:.80}: {member.file_size} bytes must be there, found {len(whole)}")
    return whole[len(whole) - layout.bytes :]
