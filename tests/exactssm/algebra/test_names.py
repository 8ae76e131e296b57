"""Groups by name: published element orders, GAP's numbers, and strings that are refused."""

import importlib
import pkgutil
import time

import pytest

import exactssm.algebra
from exactssm.algebra import Group, group, small_group
from exactssm.algebra.names import MAX_FILE_BYTES
from exactssm.errors import DomainError, FormatError


def test_no_module_hides_an_exported_name():
    modules = {module.name for module in pkgutil.iter_modules(exactssm.algebra.__path__)}
    assert not modules & set(exactssm.algebra.__all__)
    for module in modules:
        importlib.import_module(f"exactssm.algebra.{module}")
    assert all(callable(getattr(exactssm.algebra, name)) for name in exactssm.algebra.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        exactssm.algebra.no_such_name  # noqa: B018


def one_line(cycles, degree):
    images = list(range(1, degree + 1))
    for cycle in cycles.strip("()").split(")("):
        points = [int(point) for point in cycle.split(",") if point]
        for here, there in zip(points, points[1:] + points[:1], strict=True):
            images[here - 1] = there
    return tuple(images)


def test_published_element_orders():
    """2404.08819's data: S_n and A_n as one-line tuples in lexicographic order; Z_n; products row by row."""
    a5 = group("A5")
    assert [one_line(label, 5) for label in a5.labels[:6]] == [
        (1, 2, 3, 4, 5), (1, 2, 4, 5, 3), (1, 2, 5, 3, 4), (1, 3, 2, 5, 4), (1, 3, 4, 2, 5), (1, 3, 5, 4, 2)
    ]  # fmt: skip
    for name, degree in (("S1", 1), ("S2", 2), ("S3", 3), ("S4", 4), ("S5", 5), ("A3", 3), ("A4", 4), ("A6", 6)):
        lines = [one_line(label, degree) for label in group(name).labels]
        assert lines == sorted(lines)
    product = group("A4xZ5")
    pairs = [label[1:-1].rsplit(",", 1) for label in product.labels]
    published = {
        0: ((1, 2, 3, 4), 0),
        1: ((1, 2, 3, 4), 1),
        5: ((1, 3, 4, 2), 0),
        10: ((1, 4, 2, 3), 0),
        59: ((4, 3, 2, 1), 4),
    }
    assert {x: (one_line(pairs[x][0], 4), int(pairs[x][1])) for x in published} == published
    assert group("Z60").labels == tuple(map(str, range(60)))
    assert group("Z60").mul(59, 2) == group("C60").mul(59, 2) == 1


def test_the_published_product_is_ours_with_the_factors_exchanged():
    """op(p, q)(i) = p(q(i)) in the published data: there q acts first."""
    g = group("S4")
    lines = [one_line(label, 4) for label in g.labels]
    for p in range(24):
        for q in range(24):
            assert lines[g.mul(q, p)] == tuple(lines[p][lines[q][i] - 1] for i in range(4))


def isomorphic(g, h):
    """Whether some choice of images for g's generators extends to an isomorphism onto h: the definition, by search."""
    if sorted(g.element_orders) != sorted(h.element_orders):
        return False

    def extend(images):
        if len(images) == len(g.generators):
            image = {0: 0}
            frontier = [0]
            for x in frontier:
                for s, t in zip(g.generators, images, strict=True):
                    y, z = g.mul(x, s), h.mul(image[x], t)
                    if y not in image:
                        image[y] = z
                        frontier.append(y)
                    elif image[y] != z:
                        return False
            return len(set(image.values())) == h.order
        order = g.element_orders[g.generators[len(images)]]
        return any(extend([*images, t]) for t in range(h.order) if h.element_orders[t] == order)

    return extend([])


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("C1", (1, 1)), ("S2", (2, 1)), ("A3", (3, 1)), ("V4", (4, 2)), ("C2^2", (4, 2)), ("D2", (4, 2)),
        ("D1", (2, 1)),
        ("S3", (6, 1)), ("D3", (6, 1)), ("C6", (6, 2)), ("C2xC3", (6, 2)), ("SL(2,2)", (6, 1)), ("GL(2,2)", (6, 1)),
        ("AGL(1,3)", (6, 1)), ("AGL(1,2)", (2, 1)), ("C4xC2", (8, 2)), ("D4", (8, 3)), ("C4:C2", (8, 3)),
        ("Q8", (8, 4)),
        ("Dic2", (8, 4)), ("C2^3", (8, 5)), ("Dic1", (4, 1)), ("Dic3", (12, 1)), ("C3:C4", (12, 1)), ("A4", (12, 3)),
        ("AGL(1,4)", (12, 3)), ("D6", (12, 4)), ("S3xC2", (12, 4)), ("C4:C4", (16, 4)), ("C8:5:C2", (16, 6)),
        ("D8", (16, 7)), ("C8:7:C2", (16, 7)), ("C8:C2", (16, 8)), ("C8:3:C2", (16, 8)), ("Q16", (16, 9)),
        ("Q8xC2", (16, 12)),
        ("AGL(1,5)", (20, 3)), ("C5:C4", (20, 3)), ("C5:4:C4", (20, 1)), ("C7:C3", (21, 1)), ("C7:4:C3", (21, 1)),
        ("C3:C8", (24, 1)), ("SL(2,3)", (24, 3)), ("S4", (24, 12)), ("Q32", (32, 20)), ("AGL(1,7)", (42, 1)),
        ("GL(2,3)", (48, 29)), ("AGL(1,8)", (56, 11)), ("A5", (60, 5)), ("A4xZ5", (60, 9)), ("Z60", (60, 4)),
        ("C9:1:C3", (27, 2)), ("C9:C3", (27, 4)), ("(1 2 3 4 5), (1 2 3)", (60, 5)), ("(1 2)(3 4)", (2, 1)),
        ("()", (1, 1)),
    ],
)  # fmt: skip
def test_names_are_the_groups_that_gap_means(name, number):
    g = group(name)
    assert g.name == name
    assert isomorphic(g, small_group(*number))
    assert isomorphic(g, group(f"[{number[0]}, {number[1]}]"))


def test_the_search_for_isomorphisms_tells_groups_apart():
    assert not isomorphic(group("D4"), group("Q8"))
    assert not isomorphic(group("[16,3]"), group("[16,10]"))
    assert not isomorphic(group("[16,4]"), group("[16,12]"))


@pytest.mark.parametrize(
    ("name", "order"),
    [("SL(2,5)", 120), ("SL(2,7)", 336), ("GL(2,5)", 480), ("AGL(1,9)", 72), ("AGL(1,16)", 240), ("AGL(1,25)", 600),
     ("AGL(1,27)", 702), ("AGL(1,32)", 992), ("AGL(1,11)", 110), ("S6", 720), ("Dic50", 200), ("C2^9", 512),
     ("D200", 400), ("C720", 720),
     *(pytest.param(*row, marks=pytest.mark.full) for row in [("AGL(1,49)", 2352), ("AGL(1,64)", 4032), ("A7", 2520),
     ("D1000", 2000), ("C2^12", 4096)]), ("C5040", 5040)],
)  # fmt: skip
def test_orders_by_their_formulas(name, order):
    assert group(name).order == order


def test_the_defining_relations():
    d = group("D5")
    r, s = d.generators
    assert d.power(r, 5) == d.power(s, 2) == 0
    assert d.conjugate(r, s) == d.inverses[r]
    q = group("Q8")
    i, j, k, minus = map(q.element, ("i", "j", "k", "-1"))
    assert q.product([i, i]) == q.product([j, j]) == q.product([k, k]) == q.product([i, j, k]) == minus
    assert [q.mul(minus, q.element(x)) for x in ("1", "i", "j", "k")] == [
        q.element(x) for x in ("-1", "-i", "-j", "-k")
    ]
    dic = group("Dic5")
    a, x = dic.generators
    assert dic.element_orders[a] == 10
    assert dic.power(a, 5) == dic.power(x, 2)
    assert dic.conjugate(a, x) == dic.inverses[a]
    c = group("C7:4:C3")
    a, b = c.generators
    assert c.conjugate(a, b) == c.power(a, 4)
    assert c.labels[c.mul(b, c.power(a, 2))] == "b*a^2"
    m = group("SL(2,3)")
    assert m.mul(m.element("[1,1;0,1]"), m.element("[1,0;1,1]")) == m.element("[2,1;1,1]")  # row by column


def test_elements_of_other_groups_come_breadth_first_from_the_generators():
    for name in ("D4", "Q16", "SL(2,3)", "AGL(1,5)", "C7:C3", "(1 2 3)(4 5), (1 2)", "[24,3]"):
        g = group(name)
        order, frontier = {0: 0}, [0]
        for x in frontier:
            for s in g.generators:
                if (y := g.mul(x, s)) not in order:
                    order[y] = len(order)
                    frontier.append(y)
        assert frontier == list(range(g.order))


def test_labels_are_different_and_hold_no_blanks():
    for name in ("S4", "Z12", "A4xZ5", "Q8", "Dic3", "GL(2,3)", "C7:C3", "AGL(1,8)", "[48,29]", "(1 2 3), (4 5)", "V4"):
        g = group(name)
        assert len(set(g.labels)) == g.order
        assert not any(label.split() != [label] for label in g.labels)
        assert all(g.element(label) == x for x, label in enumerate(g.labels))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", 1), ("x", 1), ("S", 1), ("Sx", 1), ("T3", 1), ("s3", 1), ("3", 1), ("S3x", 4), ("xS3", 1), ("S3xxS3", 4),
        ("S3 x S3", 3), ("S3*S3", 3), ("S3xT4", 4), ("S-3", 1), ("S3.5", 3), ("S3^", 3), ("S3^^2", 3), ("S3^2^2", 5),
        ("S3^-1", 3), ("C7:", 3), ("C7:C", 3), ("C7:S3", 3), ("S3:C2", 3), ("C2^3:C7", 5), ("C7:C3:C2", 6),
        ("C7:C3^2", 6),
        ("SL(3,2)", 1), ("SL(2 3)", 1), ("SL(2,3", 1), ("SL(2,)", 1), ("GL(2,3)x", 9), ("AGL(2,3)", 1), ("V5", 1),
        ("V40", 1),
        ("Dic", 1), ("Q", 1), ("C2 x C2", 3), ("(C3xC3):C2", 2), ("S1000000000", 1), ("S" + "9" * 5000, 1), ("S٣", 1),
        ("__import__('os')", 1), ("S3\x00", 3), ("S3\n4", 3),
    ],
)  # fmt: skip
def test_malformed_names_are_refused_at_the_character(text, place):
    with pytest.raises(FormatError, match=rf"^character {place} of "):
        group(text)


@pytest.mark.parametrize(
    "text", ["[", "[]", "[48]", "[48,]", "[48,29,1]", "[48,29", "[48,29]x", "[-1,1]", "[a,b]", "[1e1,1]"]
)
def test_malformed_library_numbers_are_refused(text):
    with pytest.raises(FormatError, match=r"looks like \[48,29\]"):
        group(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("S0", "n must be at least 1"),
        ("A0", "n must be at least 1"),
        ("C0", "n must be at least 1"),
        ("D0", "n must be at least 1"),
        ("Dic0", "n must be at least 1"),
        ("Q4", "8, 16, 32"),
        ("Q12", "8, 16, 32"),
        ("Q0", "8, 16, 32"),
        ("SL(2,4)", "q must be a prime"),
        ("SL(2,0)", "q must be a prime"),
        ("GL(2,1)", "q must be a prime"),
        ("AGL(1,6)", "q must be a prime or one of 4, 8"),
        ("C3:C5", "only trivially; write C3xC5"),
        ("C2:C2", "only trivially"),
        ("C7:2:C2", "must be 1 mod 7"),
        ("C7:0:C3", "must be 1 mod 7"),
        ("C0:C3", "at least 1"),
        ("[61,1]", "orders 1 to 60"),
        ("[0,1]", "orders 1 to 60"),
        ("[8,6]", "there are 5 groups of order 8"),
        ("[8,0]", "there are 5 groups of order 8"),
        ("C2^0", "between 1 and 12 factors"),
        ("C1^999999999", "between 1 and 12 factors"),
        ("x".join(["C1"] * 13), "between 1 and 12 factors"),
        ("S3" * 20_000, "at most 20000 characters"),
    ],
)
def test_well_formed_strings_that_describe_no_group(text, message):
    with pytest.raises(DomainError, match=message):
        group(text)


@pytest.mark.parametrize(
    "text",
    ["S8", "A8", "S1000", "S999999999", "A999999999", "C999999999", "C5041", "D2521", "Dic999999999", "Q536870912",
     "SL(2,19)", "GL(2,999999937)", "AGL(1,73)", "AGL(1,999999937)", "S7xC2", "S7^12", "C71xC72",
     "C999999999:C999999999",
     "(1 2), (1 2 3 4 5 6 7 8)"],
)  # fmt: skip
def test_what_is_too_large_is_refused_at_once(text):
    start = time.monotonic()
    with pytest.raises(DomainError):
        group(text)
    assert time.monotonic() - start < 1


def test_the_bound_can_be_moved():
    assert group("S4", max_order=24).order == 24
    for text in ("S4", "C24", "[24,12]", "(1 2), (1 2 3 4)", "S3xC4"):
        with pytest.raises(DomainError, match=r"more than 23"):
            group(text, max_order=23)


def test_tables_in_files(tmp_path):
    g = group("Q8")
    path = tmp_path / "q8.txt"
    rows = g.table.tolist()
    for separator in (" ", ",", ", ", "\t", " , "):
        path.write_text("\n".join(separator.join(map(str, row)) for row in rows) + "\n\n")
        read = group(f"@{path}")
        assert isinstance(read, Group)
        assert read.table.tolist() == rows
        assert read.name == f"@{path}"
    assert group(f"@{path}", max_order=8).order == 8
    with pytest.raises(DomainError, match="at most 7 rows"):
        group(f"@{path}", max_order=7)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", DomainError, "between 1 and"),
        (b"0 1\n1 x\n", FormatError, "line 2: .* got 'x'"),
        (b"0 1\n1 -1\n", FormatError, "line 2: .* got '-1'"),
        (b"0 1\n\n1 0.0\n", FormatError, "line 3: .* got '0.0'"),
        (b"0,,1\n1,0\n", FormatError, "line 1: .* got ''"),
        (b"0 1\n1 1111111111\n", FormatError, "line 2"),
        (b"\xff\xfe", FormatError, "can't be read"),
        (b"0 1\n1\n", DomainError, "row 1 has 1 entries"),
        (b"1 2\n2 1\n", DomainError, "row 0, column 1"),
        (b"0 0\n0 1\n", DomainError, "has none"),
        (b"0 " * 2**23 + b"\n", FormatError, "at most"),
    ],
)
def test_spoiled_files_are_refused(tmp_path, content, error, message):
    path = tmp_path / "table"
    path.write_bytes(content if len(content) < MAX_FILE_BYTES else content + b"0")
    with pytest.raises(error, match=message):
        group(f"@{path}")


def test_what_is_no_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "absent", "", "/dev/zero", "a\x00b"):
        with pytest.raises(FormatError, match=r"no such file|can't be read"):
            group(f"@{path}")
