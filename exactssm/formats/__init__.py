"""Files: models and tasks from strangers, results for others. ``docs/formats.md`` describes each format."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exactssm.formats.aiger import read_aiger, write_aiger
    from exactssm.formats.json_schema import schema
    from exactssm.formats.model_file import FileModel, load_model, parse_model
    from exactssm.formats.model_writer import dump_model, save_model
    from exactssm.formats.netlist import read_netlist, write_netlist
    from exactssm.formats.reading import Node, parse_json, read_json, read_text
    from exactssm.formats.results import Result, results_document, write_results
    from exactssm.formats.series_file import load_series, parse_series
    from exactssm.formats.task_file import load_automaton, load_task, parse_automaton, parse_task
    from exactssm.formats.text import as_text, text_of
    from exactssm.formats.weights_file import WEIGHTS_SUFFIXES, Weights, load_weights, read_arrays
    from exactssm.formats.word_blocks import WordBlock, read_blocks
    from exactssm.formats.word_file import WordRow, read_rows, write_words
    from exactssm.formats.writing import write_json, write_text

_MODULES = {
    "aiger": ("read_aiger", "write_aiger"),
    "model_file": ("FileModel", "load_model", "parse_model"),
    "model_writer": ("dump_model", "save_model"),
    "netlist": ("read_netlist", "write_netlist"),
    "reading": ("Node", "parse_json", "read_json", "read_text"),
    "results": ("Result", "results_document", "write_results"),
    "json_schema": ("schema",),
    "series_file": ("load_series", "parse_series"),
    "task_file": ("load_automaton", "load_task", "parse_automaton", "parse_task"),
    "text": ("as_text", "text_of"),
    "weights_file": ("WEIGHTS_SUFFIXES", "Weights", "load_weights", "read_arrays"),
    "word_blocks": ("WordBlock", "read_blocks"),
    "word_file": ("WordRow", "read_rows", "write_words"),
    "writing": ("write_json", "write_text"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "WEIGHTS_SUFFIXES",
    "FileModel",
    "Node",
    "Result",
    "Weights",
    "WordBlock",
    "WordRow",
    "as_text",
    "dump_model",
    "load_automaton",
    "load_model",
    "load_series",
    "load_task",
    "load_weights",
    "parse_automaton",
    "parse_json",
    "parse_model",
    "parse_series",
    "parse_task",
    "read_aiger",
    "read_arrays",
    "read_blocks",
    "read_json",
    "read_netlist",
    "read_rows",
    "read_text",
    "results_document",
    "save_model",
    "schema",
    "text_of",
    "write_aiger",
    "write_json",
    "write_netlist",
    "write_results",
    "write_text",
    "write_words",
]


def __getattr__(name: str) -> Any:
    """The public names, each from its module when it is first asked for: a reader of JSON needs no layers."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    return value
