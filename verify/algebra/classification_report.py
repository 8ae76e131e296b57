"""A classification explained to a person: the verdict with its witness, the classes, and the eggboxes of a small
monoid."""

from __future__ import annotations

from textwrap import fill

from exactssm.algebra import DClass, Group
from exactssm.machine import Word
from verify.algebra.classification import Classification
from verify.render import fitted_table
from verify.trace import plain_table, short_word, text

__all__ = ["report", "spelt", "verdict"]

SMALL = 48  # elements of a monoid whose eggboxes are printed
MOST_CLASSES = 20
LONGEST = 24  # characters of a word in a table

EXACT = (
    "All this is for exact arithmetic, finitely many states, and readouts that see the state after the letter, at any "
    "depth."
)


def report(found: Classification, width: int = 80) -> str:
    """What ``exactssm classify`` prints; paragraphs and tables are ``width`` characters wide.

    >>> from exactssm.tasks import flip_flop
    >>> from verify.algebra.classification import classify
    >>> print(report(classify(flip_flop(), "flip-flop")))
    flip-flop: 2 states, 3 letters, a transition monoid of 3 elements
    <BLANKLINE>
    Diagonal layers of non-negative real numbers do it, at least 1 of them: every
    group in the monoid is trivial (it is aperiodic), and reading a letter twice in
    a row is reading it once. All this is for exact arithmetic, finitely many
    states, and readouts that see the state after the letter, at any depth.
    <BLANKLINE>
    The monoid: aperiodic, permutations and resets, idempotent, L-trivial; not
    commutative, not R-trivial.
    <BLANKLINE>
    class  depth  rows x columns  in a cell  idempotents  group  word
    0      0      1 x 1           1          1            1      (empty)
    1      1      1 x 2           1          2            1      set
    <BLANKLINE>
    Class 1:
      set*  reset*
    """
    kind = "syntactic monoid" if found.is_acceptor else "transition monoid"
    sizes = f"{_count(found.states, 'state')}, {_count(found.letters, 'letter')}"
    order = _count(found.monoid.order, "element")
    name = found.name if len(found.name) <= 40 else found.name[:37] + "..."
    parts = [
        fill(f"{name}: {sizes}, a {kind} of {order}", width),
        fill(f"{verdict(found)} {EXACT}", width),
        fill(_properties(found), width),
        _classes(found, width),
    ]
    if found.monoid.order <= SMALL and not found.relations.is_group:
        boxes = [_eggbox(found, d) for d in found.relations.classes if d.size > 1]
        parts += [box for box in boxes if max(map(len, box.splitlines())) <= width]
    return "\n\n".join(parts)


def verdict(found: Classification) -> str:
    """Which diagonal stacks do it, and why none with fewer numbers does: in sentences.

    >>> from exactssm.algebra import group
    >>> from verify.algebra.classification import classify
    >>> print(verdict(classify(group("A5"))))
    No stack of diagonal layers does it: A5 is not solvable, and its perfect core has order 60.
    """
    if found.numbers == "none":
        group = found.unsolvable
        assert group is not None
        core = f"is not solvable, and its perfect core has order {group.structure.core_order}."
        if found.relations.is_group:
            return f"No stack of diagonal layers does it: {_group_name(found)} {core}"
        identity = found.word(group.identity)
        where = f"word {spelt(identity)}" if identity else "empty word"
        return f"No stack of diagonal layers does it: the group ({group.structure.name}) around the {where} {core}"
    least = f"at least {found.least_depth} of them"
    if found.numbers == "complex":
        turning = found.turning_oddly
        assert turning is not None
        return (
            f"Diagonal layers of complex numbers do it, {least}: every group in the monoid is solvable. Real ones "
            f"don't: {_turns(found, turning.word, turning.order, turning.cycle)}, which is no power of 2."
        )
    if found.numbers == "real":
        turning = found.turning
        assert turning is not None
        return (
            f"Diagonal layers of real numbers do it, {least}: every group in the monoid is a 2-group. Non-negative "
            f"ones don't: {_turns(found, turning.word, turning.order, turning.cycle)}."
        )
    trivial = "every group in the monoid is trivial (it is aperiodic)"
    if found.needs_no_layer:
        return "No layer is needed: the output depends on the last letter alone."
    if found.repeated is None:
        return (
            f"Diagonal layers of non-negative real numbers do it, {least}: {trivial}, and reading a letter twice in a "
            "row is reading it once."
        )
    before, letter = found.repeated
    after = f"after {spelt(before)}, " if before else ""
    return (
        f"Diagonal layers of non-negative real numbers do it, {least}, and a token shift, which puts out the letter "
        f"before the last: {trivial}. Without the shift they don't, as they can't see that a letter is repeated; "
        f"{after}the letter {text(letter)} twice in a row is not the same as once. Layers with 1 and -1 need no shift."
    )


def spelt(word: Word) -> str:
    """A word in one piece where every letter is one character, with blanks between letters otherwise."""
    if not word:
        return "(empty)"
    shown = short_word(word)
    return shown.replace(" ", "") if all(len(text(symbol)) == 1 for symbol in word) and "^" not in shown else shown


def _turns(found: Classification, word: Word, order: int, cycle: tuple[int, ...]) -> str:
    around = ""
    if cycle and len(cycle) <= 8:
        around = f", round the states {' '.join(map(str, cycle))},"
    return f"the word {spelt(word)}{around} generates a group of order {order}"


def _group_name(found: Classification) -> str:
    """What a monoid that is a group is called: what the user called it, or what it was recognised as."""
    if isinstance(found.monoid, Group):
        return found.monoid.name if len(found.monoid.name) <= 40 else f"{found.monoid.name[:37]}..."
    return found.relations.maximal_subgroup(0).structure.name


def _properties(found: Classification) -> str:
    names = found.properties
    if names["group"]:  # which settles most of the others
        commutes = "commutative" if names["commutative"] else "not commutative"
        return f"The monoid is a group, {_group_name(found)}, {commutes}."
    implied = {
        *(("2-groups only", "solvable") if names["aperiodic"] else ()),
        *(("solvable",) if names["2-groups only"] else ()),
        *(("R-trivial", "L-trivial") if names["J-trivial"] else ()),
    }
    holds = [name for name, value in names.items() if value and name not in implied]
    lacks = [f"not {name}" for name in ("aperiodic", "commutative", "R-trivial", "L-trivial") if not names[name]]
    return "The monoid: " + "; ".join(", ".join(part) for part in (holds, lacks) if part) + "."


def _classes(found: Classification, width: int) -> str:
    classes = found.relations.classes
    rows = []
    for d in classes[:MOST_CLASSES]:
        group = found.relations.maximal_subgroup(d.number).structure.name if d.is_regular else "-"
        word = spelt(found.word(d.least))
        shown = word if len(word) <= LONGEST else word[: LONGEST - 3] + "..."
        boxes = f"{d.rows} x {d.columns}"
        rows.append([str(d.number), str(d.depth), boxes, str(d.h_size), str(d.idempotent_count), group, shown])
    header = ["class", "depth", "rows x columns", "in a cell", "idempotents", "group", "word"]
    left = len(classes) - len(rows)
    return fitted_table(header, rows, width) + (f"\nand {_count(left, 'class')} more" if left else "")


def _eggbox(found: Classification, d: DClass) -> str:
    """A D-class with a shortest word for each element; * marks idempotents."""
    cells = [
        [" ".join(spelt(found.word(x)) + "*" * (x == marked) for x in cell) for cell, marked in zip(*row, strict=True)]
        for row in zip(d.box.tolist(), d.idempotents.tolist(), strict=True)
    ]
    table = plain_table(cells[0], cells[1:])
    return f"Class {d.number}:\n" + "\n".join(f"  {line}" for line in table.splitlines())


def _count(number: int, what: str) -> str:
    plural = {"class": "classes"}.get(what, f"{what}s")
    return f"{number} {what if number == 1 else plural}"
