"""Arrays from safetensors files: 8 bytes with the length of a header, the header, which is JSON, and the data.

The header maps the name of an array to its dtype, its shape and where its data begin and end; the data follow each
other without gaps. ``__metadata__`` maps texts to texts.

Source: the format's own description, github.com/huggingface/safetensors.
"""

from __future__ import annotations

from typing import Final

from exactssm.errors import FormatError
from exactssm.formats.arrays import ArrayFile, FloatArray, Layout, check_layouts
from exactssm.formats.limits import MAX_ARRAYS, MAX_TENSORS_HEADER, MAX_WEIGHTS
from exactssm.formats.reading import Node, parse_json

__all__ = ["parse_safetensors"]

_FORMATS: Final = {
    "F16": "binary16",
    "BF16": "bfloat16",
    "F32": "binary32",
    "F64": "binary64",
    "F8_E4M3": "e4m3fn",
    "F8_E5M2": "e5m2",
}
_METADATA: Final = "__metadata__"
_MAX_INDICES: Final = 8  # read; `check_layouts` allows fewer


def parse_safetensors(data: bytes) -> ArrayFile:
    """The arrays of a safetensors file, with its metadata.

    Raises: FormatError, naming the place in the header; before any data are read, where they don't fit it.
    """
    if len(data) < 8:
        raise FormatError(f"a safetensors file must begin with 8 bytes, the length of its header; it has {len(data)}")
    length = int.from_bytes(data[:8], "little")
    if length > min(MAX_TENSORS_HEADER, len(data) - 8):
        raise FormatError(
            f"the header must have at most {MAX_TENSORS_HEADER} bytes and end within the file of {len(data)} bytes; "
            f"it states {length}"
        )
    try:
        header = data[8 : 8 + length].decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(f"the header must be UTF-8; its byte {error.start} is not") from None
    top = Node(parse_json(header))
    entries = top.entries(MAX_ARRAYS + 1, "arrays")
    metadata: dict[str, str] = {}
    if _METADATA in entries:
        stated = entries.pop(_METADATA)
        if stated.value != {}:
            metadata = {key: text.text() for key, text in stated.entries(MAX_ARRAYS, "texts").items()}
    body = data[8 + length :]
    layouts = {name: _layout(entry) for name, entry in entries.items()}
    check_layouts(layouts)
    places = {name: _place(entry, layouts[name], len(body)) for name, entry in entries.items()}
    end = 0
    for name in sorted(places, key=lambda name: places[name].start):
        if places[name].start != end:
            what = "overlap" if places[name].start < end else "leave a gap"
            raise entries[name].error(
                f"data must follow each other; these begin at {places[name].start}, and {what}: expected {end}"
            )
        end = places[name].stop
    if end != len(body):
        raise FormatError(
            f"the data must end where the last array does, at {end}; the file has {len(body)} bytes of them"
        )
    return ArrayFile(
        {name: FloatArray(layout, body[places[name].start : places[name].stop]) for name, layout in layouts.items()},
        metadata,
    )


def _layout(entry: Node) -> Layout:
    members = entry.members(["dtype", "shape", "data_offsets"])
    dtype = members["dtype"].choice(_FORMATS)
    shape = members["shape"].elements(_MAX_INDICES, "indices", least=0)
    return Layout(_FORMATS[dtype], tuple(length.integer(1, MAX_WEIGHTS) for length in shape))


def _place(entry: Node, layout: Layout, available: int) -> slice:
    offsets = entry.members(["dtype", "shape", "data_offsets"])["data_offsets"]
    begin, end = (offset.integer(0, available) for offset in offsets.elements(length=2, what="offsets"))
    if end - begin != layout.bytes:
        raise offsets.error(
            f"{layout.size} entries of {layout.number_format} must take {layout.bytes} bytes, found {end - begin}"
        )
    return slice(begin, end)
