"""Subgroups and series of small groups, slowly and by their definitions alone."""

from __future__ import annotations


def subgroups(g):
    """All subgroups, by joining cyclic ones: slow, from the definition of a subgroup as a closed set."""

    def close(elements):
        found = {0, *elements}
        while new := {g.mul(x, y) for x in found for y in found} - found:
            found |= new
        return tuple(sorted(found))

    cyclic = {close([x]) for x in range(g.order)}
    found = set(cyclic)
    frontier = list(cyclic)
    for h in frontier:
        for c in cyclic:
            if (joined := close([*h, *c])) not in found:
                found.add(joined)
                frontier.append(joined)
    return found


def is_normal(g, upper, lower):
    return set(lower) <= set(upper) and all(g.conjugate(x, y) in lower for x in lower for y in upper)


def has_abelian_factor(g, upper, lower):
    return all(g.commutator(x, y) in lower for x in upper for y in upper)


def abelian_factors(g):
    """For each subgroup all smaller ones that are normal in it and have an abelian factor."""
    known = sorted(subgroups(g))
    return {
        upper: [
            lower
            for lower in known
            if len(lower) < len(upper) and is_normal(g, upper, lower) and has_abelian_factor(g, upper, lower)
        ]
        for upper in known
    }


def chains(below, term):
    """All chains from ``term`` down to the trivial subgroup."""
    if term == (0,):
        return [(term,)]
    return [(term, *chain) for lower in below[term] for chain in chains(below, lower)]


def rank(g, upper, lower):
    """The rank of an abelian factor: the number of cosets whose p-th power is trivial is p^r, for the largest r."""
    index, largest = len(upper) // len(lower), 0
    for p in range(2, index + 1):
        if all(p % q for q in range(2, p)):
            killed = sum(g.power(x, p) in lower for x in upper) // len(lower)
            r = next(r for r in range(killed + 1) if p**r == killed)
            largest = max(largest, r)
    return largest
