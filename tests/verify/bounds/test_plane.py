"""Planes of width and precision: known cells, padding, what a picture takes."""

import json

import pytest

import verify.bounds.plane as module
from constructions.composition.exact_minima import search
from constructions.composition.one_layer_models import AffineSpace, Reading
from constructions.composition.unary_counters import Shape, counter_task, unary_counter
from constructions.composition.wide_composition import by_columns
from constructions.composition.width_against_precision import by_table
from exactssm.arithmetic import Integers, PrimeField, ResidueRing
from exactssm.errors import CertificateError, ConstructionError, FormatError
from exactssm.layers import DenseLayer
from exactssm.models import Block, Model
from exactssm.tasks import FunctionComposition
from verify.bounds.plane import EXCLUDED, State, function_plane, padded, ticks_plane
from verify.decision import decide
from verify.drawing.plane_picture import draw_planes


def rows(plane):
    """The states, a line a precision, the highest first: + solvable, x impossible, ? open."""
    mark = {State.SOLVABLE: "+", State.IMPOSSIBLE: "x", State.OPEN: "?"}
    precisions = sorted({cell.precision for cell in plane.cells}, reverse=True)
    return ["".join(mark[cell.state] for cell in plane.cells if cell.precision == p) for p in precisions]


def test_ticks_modulo_8():
    """p + floor(log2 d) >= 3, against d p >= 3."""
    without = ticks_plane(3, range(1, 6), range(1, 5))
    assert rows(without) == ["+++++", "+++++", "x++++", "xxx++"]
    assert without.at(3, 1).reason == "all 4096 maps"
    online = ticks_plane(3, range(1, 6), range(1, 5), online=True)
    assert rows(online) == ["+++++", "+++++", "x++++", "xx+++"]
    assert online.at(2, 1).reason == "8 counts, 4 states"


def test_ticks_modulo_16():
    assert rows(ticks_plane(4, range(1, 10), range(1, 5))) == ["+++++++++", "x++++++++", "xxx++++++", "xxxxxxx++"]


def test_a_function_on_two_elements():
    """Known from all models: one coordinate takes two bits, and two coordinates one."""
    assert rows(function_plane(2, (1, 2, 3), (1, 2, 3))) == ["+++", "+++", "x++"]


def test_a_function_on_three_elements():
    plane = function_plane(3, (1, 2, 3, 4), (1, 2, 3, 4, 5))
    assert rows(plane) == ["++++", "x+++", "x+++", "x+++", "xx++"]
    assert plane.at(1, 3).reason.startswith("all models")
    assert plane.at(3, 1).reason == "little memory"
    assert rows(function_plane(3, (1, 2, 3, 4), (1, 2, 3), online=True)) == ["++++", "x+++", "xx++"]


def test_open_cells_are_open():
    plane = function_plane(4, (1, 3), (3, 5))
    assert [cell.state for cell in plane.cells] == [State.IMPOSSIBLE, State.OPEN, State.OPEN, State.OPEN]
    assert plane.at(1, 3).reason == "fewer maps than functions, 4^4"


@pytest.mark.full
def test_cells_that_claims_exclude():
    for N, d, p in EXCLUDED:
        assert search(AffineSpace(ResidueRing(2**p), d), Reading(FunctionComposition(N, 1))) is None


@pytest.mark.parametrize("online", [False, True])
def test_more_of_either_is_never_worse(online):
    for plane in (
        ticks_plane(4, range(1, 6), range(1, 6), online=online),
        function_plane(2, (1, 2), (1, 2, 3), online=online),
    ):
        for cell in plane.cells:
            for d, p in ((cell.width + 1, cell.precision), (cell.width, cell.precision + 1)):
                try:
                    more = plane.at(d, p)
                except KeyError:
                    continue
                assert (cell.state, more.state) != (State.SOLVABLE, State.IMPOSSIBLE)


def test_padded_models_are_the_same_machine():
    task = FunctionComposition(2, 1)
    for model in (by_columns(task), by_table(2, 3)):
        for width, precision in ((5, 3), (6, 4)):
            (layer,) = padded(model, width, precision).layers()
            assert (layer.width, layer.domain) == (width, ResidueRing(2**precision))
            assert decide(padded(model, width, precision), task).name == "proved"
            assert decide(padded(model, width, precision), model).name == "proved", "on all words"


def test_what_cant_be_padded():
    counter = unary_counter(Shape(1, 2, 2))
    for width, precision in ((1, 2), (2, 1)):
        with pytest.raises(ConstructionError, match="doesn't fit"):
            padded(counter, width, precision)
    with pytest.raises(ConstructionError, match="no other model"):
        padded(unary_counter(Shape(2, 1, 1)), 2, 2)
    for domain, why in ((Integers(), "no other model"), (PrimeField(3), "doesn't fit")):
        layer = DenseLayer(domain, (0,), lambda x: ((1,),))
        with pytest.raises(ConstructionError, match=why):
            padded(Model("1", [Block(layer, lambda h, x: h)]), 2, 2)


def test_a_model_that_is_wrong_makes_no_cell(monkeypatch):
    monkeypatch.setattr(module, "unary_counter", lambda shape: unary_counter(Shape(1, 1, 1)))
    with pytest.raises(CertificateError, match="must do the task"):
        ticks_plane(3, (1,), (3,))
    assert decide(unary_counter(Shape(1, 1, 1)), counter_task(3)).name == "refuted"


def test_as_json():
    plane = ticks_plane(2, (1, 2), (1, 2))
    data = json.loads(json.dumps(plane.as_json()))
    assert (data["task"], data["online"], data["least_memory"]) == ("ticks modulo 4", False, 2)
    assert data["cells"][0] == {"width": 1, "precision": 1, "state": "impossible", "reason": "4 counts, 2 states"}
    assert [cell["state"] for cell in data["cells"]] == ["impossible", "solvable", "solvable", "solvable"]


def test_a_picture(tmp_path):
    pytest.importorskip("matplotlib")
    planes = [ticks_plane(2, (1, 2), (1, 2), online=online) for online in (False, True)]
    for name in ("plane.png", "plane.svg"):
        draw_planes([*planes, function_plane(4, (3,), (3,))], tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000
    text = (tmp_path / "plane.svg").read_text("utf-8")
    draw_planes([*planes, function_plane(4, (3,), (3,))], tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text("utf-8") == text
    with pytest.raises(FormatError, match="must end in"):
        draw_planes(planes, tmp_path / "plane.txt")
