"""Third reader: a condition as a sentence that a sales manager reads, in zh or en; no two read the same."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from gonghai.conditions.facts import Fact, Locale, Registry
from gonghai.conditions.phrases import GRAMMARS, Grammar
from gonghai.conditions.tree import And, Condition, Leaf, Not
from gonghai.conditions.values import shortest

_BARE_PUNCTUATION = frozenset(" ._-+/&%#'’·")


def words(condition: Condition, registry: Registry, locale: Locale) -> str:
    """The condition in words: `级别是 A 且来源是展会`, `level is A and source is exhibition`."""
    grammar = GRAMMARS[locale]
    return _join(grammar, _sentence(condition, registry, locale, grammar))


def _sentence(condition: Condition, registry: Registry, locale: Locale, grammar: Grammar) -> list[str]:
    if isinstance(condition, Leaf):
        return _leaf(condition, registry.facts[condition.fact], locale, grammar)
    if isinstance(condition, Not):
        inner = _join(grammar, _sentence(condition.part, registry, locale, grammar))
        return [inner.join(grammar.negation)]
    pieces: list[str] = []
    for part in condition.parts:
        if pieces:
            pieces.append(grammar.all_of if isinstance(condition, And) else grammar.any_of)
        told = _sentence(part, registry, locale, grammar)
        pieces += told if isinstance(part, Leaf | Not) else [_join(grammar, told).join(grammar.parentheses)]
    return pieces


def _leaf(leaf: Leaf, fact: Fact, locale: Locale, grammar: Grammar) -> list[str]:
    label = fact.labels[locale]
    pieces = [label if _bare_label(label, locale) else _escaped(label, grammar.brackets)]
    phrase = grammar.phrases[fact.type][leaf.operator]
    if leaf.value is None:
        return [*pieces, *phrase]
    if fact.type == "number" and isinstance(leaf.value, tuple):
        values = [_value(item, fact, leaf, locale, grammar) for item in leaf.value]
    elif isinstance(leaf.value, tuple):
        values = [grammar.separator.join(_value(item, fact, leaf, locale, grammar) for item in leaf.value)]
    else:
        values = [_value(leaf.value, fact, leaf, locale, grammar)]
    for before, value in zip(phrase, values, strict=False):
        pieces += [before, value]
    return [piece for piece in (*pieces, phrase[-1]) if piece]


def _value(value: Any, fact: Fact, leaf: Leaf, locale: Locale, grammar: Grammar) -> str:
    if isinstance(value, Decimal):
        return shortest(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    # Part of a text is always quoted: the quotes say where it ends.
    if leaf.operator in ("contains", "starts_with"):
        return _escaped(value, grammar.quotes)
    shown = value if fact.choices is None else fact.choices[value][locale]
    return shown if _bare_value(shown, grammar) else _escaped(shown, grammar.quotes)


def _escaped(text: str, marks: tuple[str, str]) -> str:
    """The text between marks, with what could be taken for a mark, and what can't be seen, escaped."""
    shown = "".join(
        f"\\{char}" if char == "\\" or char in marks else char if char.isprintable() else f"\\u{{{ord(char):x}}}"
        for char in text
    )
    return shown.join(marks)


def _simple(text: str) -> bool:
    return text == text.strip() and all(char.isalnum() or char in _BARE_PUNCTUATION for char in text)


@lru_cache(maxsize=4096)
def _bare_label(label: str, locale: Locale) -> bool:
    grammar = GRAMMARS[locale]
    if not _simple(label):
        return False
    if grammar.words_apart:
        return not set(label.lower().split()) & (grammar.joints | grammar.verbs)
    # Without spaces, a verb could also begin inside the label and end in the real one: none may begin there.
    found = ((label + verb).find(other) for verb in grammar.verbs for other in grammar.verbs)
    return not set(label) & grammar.joints and all(at == -1 or at >= len(label) for at in found)


def _bare_value(shown: str, grammar: Grammar) -> bool:
    taken = set(shown.lower().split()) if grammar.words_apart else set(shown)
    return _simple(shown) and not taken & (grammar.joints | grammar.value_words)


def _join(grammar: Grammar, pieces: list[str]) -> str:
    """Pieces as a sentence: words apart in English, in Chinese only where Latin letters or digits meet Han."""
    text = pieces[0]
    for piece in pieces[1:]:
        if grammar.words_apart:
            text += piece if piece.startswith(":") else f" {piece}"
        else:
            text += f" {piece}" if _meets(text[-1], piece[0]) else piece
    return text


def _meets(left: str, right: str) -> bool:
    return (left.isascii() and right.isalpha()) or (left.isalpha() and right.isascii())
