"""What the safeguarding lead wrote: macros, harmless expressions, guards and rules.

`content/crisis/context.yaml` holds the macros, harmless expressions and guards; each file of
`content/crisis/rules/` and `content/crisis/languages/` holds rules. `must` and `must_not` of a rule
are tried by a test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from signpost.crisis.lexicon import BUILT_IN, Lexicon
from signpost.crisis.normalise import fold
from signpost.crisis.pattern import Pattern, PatternError, Scan, names_in, near, ones, parse
from signpost.crisis.source import FloorError, Source, Where

Route = Literal["999", "CEOP"]
Level = Literal["crisis", "check_in"]
Age = Literal["child", "adult", "unsaid"]

REPLIES = frozenset(
    {
        "crisis.danger",
        "crisis.suicide",
        "crisis.medical",
        "crisis.meeting",
        "crisis.missing",
        "crisis.ordered_to_harm",
        "crisis.abuse_now",
        "crisis.exploitation",
        "crisis.exploitation_age_unsaid",
        "crisis.image_blackmail",
        "crisis.image_blackmail_age_unsaid",
        "crisis.danger_and_exploitation",
        "crisis.own_behaviour",
        "crisis.own_behaviour_child_at_risk",
        "crisis.check_in",
        "crisis.check_in_contact",
        "crisis.help",
    }
)
_SCOPES = frozenset({"clause", "sentence", "message", "conversation"})


class Need(msgspec.Struct, frozen=True):
    """Something that must stand in the scope of a match, besides the match."""

    pattern: Pattern
    scope: str


class Guard(msgspec.Struct, frozen=True):
    """A context in which matches do not count, within its scope."""

    name: str
    scope: str
    patterns: tuple[Pattern, ...]
    # Where one of these stands anywhere in the conversation, the guard does not hold.
    yields_to: tuple[Pattern, ...] = ()

    def covers(self, scan: Scan) -> int:
        """The bits that this guard covers."""
        if any(pattern.ends(scan) for pattern in self.yields_to):
            return 0
        mask = 0
        for pattern in self.patterns:
            mask |= pattern.ends(scan)
        return scan.spread(mask, self.scope)


class Together(msgspec.Struct, frozen=True):
    """Names that must all stand near each other, in any order."""

    required: tuple[frozenset[str], ...]
    within: int

    def words(self, scan: Scan) -> int:
        """The bits of every word that the group names."""
        return self.ends(scan)

    def ends(self, scan: Scan) -> int:
        """The bits of all parts, where they are close enough; 0 when any is missing."""
        everywhere, named = scan.full, 0
        for names in self.required:
            found = scan.at(names)
            if not found:
                return 0
            named |= found
            everywhere &= near(found, self.within)
        return near(everywhere, self.within) & named if everywhere else 0


class Rule(msgspec.Struct, frozen=True):
    """One rule. `reply` is an entry id, or for each age one (None: says nothing for that age)."""

    id: str
    route: Route
    level: Level
    reason: str
    reply: dict[str, str | None]
    any: tuple[Pattern, ...]
    # Patterns that are enough by themselves. What stands in `any` and `together` is a sign: it
    # counts where the message as a whole agrees, or where there are no weights to ask.
    sure: tuple[Pattern, ...] = ()
    together: tuple[Together, ...] = ()
    needs: tuple[Need, ...] = ()
    unless: tuple[str, ...] = ()
    first_person: bool = False
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()

    @property
    def finders(self) -> tuple[Pattern | Together, ...]:
        """What may find a match: the patterns, then the groups."""
        return (*self.sure, *self.any, *self.together)

    def is_sure(self, finder: Pattern | Together) -> bool:
        """Whether a match of this finder is enough by itself."""
        return any(finder is each for each in self.sure)

    def confirmed(self, found: int, scan: Scan, covers: Mapping[str, int]) -> int:
        """Those of the matches `found` whose needs are met and which no guard covers."""
        for name in self.unless:
            if not found:
                return 0
            found &= ~covers[name]
        for need in self.needs:
            if not found:
                return 0
            found &= scan.spread(need.pattern.ends(scan), need.scope)
        return found


class Finders:
    """Patterns and groups, by the rarest word that each cannot do without.

    Most are ruled out by look-ups, before anything is searched: that makes the floor fast. Sets
    of finders and of alternations are the bits of integers, so that a text's words are joined
    with one "or" each.
    """

    def __init__(
        self,
        finders: Sequence[tuple[int, Pattern | Together]],
        anchoring: Anchors,
        macros: Mapping[str, object],
    ) -> None:
        self._finders = list(finders)
        # For each name, the finders that it is the anchor of and the alternations it is part of.
        self._anchors: dict[str, int] = {}
        self._alternations: dict[str, int] = {}
        # Alternations with a macro, which may match in any text.
        self._always = 0
        # For each finder, the alternations that it requires.
        self._required: list[int] = []
        numbers: dict[frozenset[str], int] = {}
        for place, (_, finder) in enumerate(self._finders):
            for name in anchoring.of(finder):
                self._anchors[name] = self._anchors.get(name, 0) | 1 << place
            required = 0
            for names in finder.required:
                required |= 1 << numbers.setdefault(names, len(numbers))
            self._required.append(required)
        for names, number in numbers.items():
            if not names.isdisjoint(macros.keys()):
                self._always |= 1 << number
            for name in names:
                self._alternations[name] = self._alternations.get(name, 0) | 1 << number

    def worth_trying(self, scan: Scan) -> list[tuple[int, Pattern | Together]]:
        """Those of which every part has a word in the text; in the order they were written."""
        possible, anchored = self._always, 0
        alternations, anchors = self._alternations, self._anchors
        for name in scan.present():
            possible |= alternations.get(name, 0)
            anchored |= anchors.get(name, 0)
        required = self._required
        return [
            self._finders[place]
            for place in ones(anchored)
            if required[place] & possible == required[place]
        ]


class Rules(msgspec.Struct, frozen=True):
    """Everything that was written, compiled."""

    macros: dict[str, tuple[Pattern, ...]]
    harmless: tuple[Pattern, ...]
    guards: dict[str, Guard]
    rules: tuple[Rule, ...]
    # The patterns and groups of all rules, with the place of their rule in `rules`.
    finders: Finders
    harmless_finders: Finders
    lexicon: Lexicon

    def matches(self, scan: Scan) -> Iterator[tuple[Rule, int, int]]:
        """The rules with a match, before needs and guards.

        With each the last words of all its matches, and of those that are enough by themselves.
        """
        found: dict[int, tuple[int, int]] = {}
        for owner, finder in self.finders.worth_trying(scan):
            ends = finder.ends(scan)
            if ends:
                every, sure = found.get(owner, (0, 0))
                is_sure = self.rules[owner].is_sure(finder)
                found[owner] = (every | ends, sure | ends if is_sure else sure)
        return ((self.rules[owner], every, sure) for owner, (every, sure) in found.items())

    def silence_harmless(self, scan: Scan) -> None:
        """Blank expressions that only sound dangerous: "dead funny", "kill the process"."""
        words = 0
        for _, pattern in self.harmless_finders.worth_trying(scan):
            words |= pattern.words(scan)
        if words:
            scan.silence(words)


def load(content: Path) -> Rules:
    """Read all files under `content/crisis`. Raises `FloorError`."""
    context = Source(content / "context.yaml")
    tree = context.mapping(context.tree)
    macros = {
        name: tuple(_patterns(context, lines, ("macros", name)))
        for name, lines in context.mapping(tree.get("macros", {}), ("macros",)).items()
    }
    harmless = tuple(_patterns(context, tree.get("harmless", []), ("harmless",)))
    guards = dict(_guards(context, tree))
    rules = [
        rule
        for file in sorted([*content.glob("rules/*.yaml"), *content.glob("languages/*.yaml")])
        for rule in _rules(Source(file), guards)
    ]
    if not rules:
        raise FloorError(f"{content / 'rules'}: holds no rules.")
    lexicon = Lexicon.load(content, _words(macros, harmless, guards, rules))
    known = lexicon.names | BUILT_IN | macros.keys()
    _refuse_unknown(content, known, macros, harmless, guards, rules)
    anchoring = Anchors(lexicon, macros)
    every = [(place, finder) for place, rule in enumerate(rules) for finder in rule.finders]
    return Rules(
        macros,
        harmless,
        guards,
        tuple(rules),
        Finders(every, anchoring, macros),
        Finders([(0, pattern) for pattern in harmless], anchoring, macros),
        lexicon,
    )


class Anchors:
    """Chooses for each pattern the part that is rarest in ordinary text."""

    def __init__(self, lexicon: Lexicon, macros: Mapping[str, tuple[Pattern, ...]]) -> None:
        self._lexicon, self._macros = lexicon, macros
        self._weights: dict[str, float] = {}

    def of(self, finder: Pattern | Together) -> Iterator[str]:
        """The names of the lexicon of which one must stand in a text for `finder` to match."""
        yield from self._plain(min(finder.required, key=self._weight))

    def _plain(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            if name in self._macros:
                for pattern in self._macros[name]:
                    yield from self.of(pattern)
            else:
                yield name

    def _weight(self, names: Iterable[str]) -> float:
        return sum(self._single(name) for name in names)

    def _single(self, name: str) -> float:
        if name not in self._weights:
            self._weights[name] = 1.0  # while a macro that names itself is being weighed
            if name in BUILT_IN:
                self._weights[name] = 0.02
            elif name in self._macros:
                self._weights[name] = sum(
                    min(self._weight(names) for names in pattern.required)
                    for pattern in self._macros[name]
                )
            else:
                self._weights[name] = self._lexicon.weight(name)
        return self._weights[name]


def _words(
    macros: Mapping[str, tuple[Pattern, ...]],
    harmless: Iterable[Pattern],
    guards: Mapping[str, Guard],
    rules: Iterable[Rule],
) -> set[str]:
    """The names in all patterns that are written small: terms, or just words."""
    names: set[str] = set()
    for _, pattern in _all_patterns(macros, harmless, guards, rules):
        for step in pattern.steps:
            names.update(step.names)
    for rule in rules:
        for group in rule.together:
            for part in group.required:
                names.update(part)
    return {name for name in names if not _is_class(name)}


def _is_class(name: str) -> bool:
    return name.isascii() and name.upper() == name and name.lower() != name


def _all_patterns(
    macros: Mapping[str, tuple[Pattern, ...]],
    harmless: Iterable[Pattern],
    guards: Mapping[str, Guard],
    rules: Iterable[Rule],
) -> Iterator[tuple[str, Pattern]]:
    for name, patterns in macros.items():
        yield from ((f"macro {name}", pattern) for pattern in patterns)
    yield from (("harmless", pattern) for pattern in harmless)
    for guard in guards.values():
        both = (*guard.patterns, *guard.yields_to)
        yield from ((f"guard {guard.name}", pattern) for pattern in both)
    for rule in rules:
        yield from ((f"rule {rule.id}", pattern) for pattern in (*rule.sure, *rule.any))
        yield from ((f"rule {rule.id}", need.pattern) for need in rule.needs)


def _refuse_unknown(
    content: Path,
    known: frozenset[str] | set[str],
    macros: Mapping[str, tuple[Pattern, ...]],
    harmless: Iterable[Pattern],
    guards: Mapping[str, Guard],
    rules: Sequence[Rule],
) -> None:
    for owner, pattern in _all_patterns(macros, harmless, guards, rules):
        for step in pattern.steps:
            for name in step.names:
                if _is_class(name) and name not in known:
                    raise FloorError(
                        f"{content}: {owner}: '{pattern.text}' names {name}, which is neither a "
                        f"class of lexicon.yaml nor a macro of context.yaml."
                    )
    for rule in rules:
        for group in rule.together:
            for name in (name for part in group.required for name in part):
                if _is_class(name) and name not in known:
                    raise FloorError(
                        f"{content}: rule {rule.id}: 'together' names {name}, unknown."
                    )
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise FloorError(f"{content}: the rule id '{rule.id}' is used twice.")
        seen.add(rule.id)


def _patterns(source: Source, lines: Any, where: Where) -> Iterator[Pattern]:
    for place, line in enumerate(source.texts(lines, where)):
        try:
            yield parse(" ".join(_plain(part) for part in line.split()))
        except PatternError as error:
            raise source.error((*where, place), str(error)) from None


def _plain(part: str) -> str:
    """A part of a pattern as readings are: without accents."""
    return part if part.isascii() else fold(part)


def _guards(source: Source, tree: Mapping[str, Any]) -> Iterator[tuple[str, Guard]]:
    for name, plain in source.mapping(tree.get("guards", {}), ("guards",)).items():
        where = ("guards", name)
        scope = str(source.mapping(plain, where).get("scope"))
        if scope not in _SCOPES and not scope.isdigit():
            raise source.error(
                where, f"the guard '{name}' needs a scope: clause, sentence, message."
            )
        patterns = tuple(_patterns(source, plain.get("patterns"), (*where, "patterns")))
        yields_to = tuple(_patterns(source, plain.get("yields_to", []), (*where, "yields_to")))
        yield name, Guard(name, scope, patterns, yields_to)


def _rules(source: Source, guards: Mapping[str, Guard]) -> Iterator[Rule]:
    tree = source.mapping(source.tree)
    plain_rules = tree.get("rules")
    if not isinstance(plain_rules, list):
        raise source.error((), "needs a list named 'rules'.")
    shared = source.mapping(tree.get("all", {}), ("all",))
    for place, plain in enumerate(plain_rules):
        where: Where = ("rules", place)
        yield _rule(source, {**shared, **source.mapping(plain, where)}, where, guards)


_FIELDS = frozenset({
    "id", "route", "level", "reply", "reason", "any", "sure", "together", "needs",
    "unless",
    "first_person", "must", "must_not",
})  # fmt: skip


def _rule(
    source: Source, plain: Mapping[str, Any], where: Where, guards: Mapping[str, Guard]
) -> Rule:
    for name in plain:
        if name not in _FIELDS:
            raise source.error((*where, name), f"a rule has no '{name}'.")
    for name in ("id", "reason"):
        if not plain.get(name):
            raise source.error(where, f"the rule needs '{name}'.")
    if "route" not in plain:
        raise source.error(where, "the rule needs 'route', or 'all' above the rules does.")
    for name, allowed in (("route", get_args(Route)), ("level", get_args(Level))):
        if plain.get(name, "crisis") not in allowed:
            raise source.error((*where, name), f"'{name}' must be one of {', '.join(allowed)}.")
    unless = tuple(source.texts(plain.get("unless", []), (*where, "unless")))
    for name in unless:
        if name not in guards:
            raise source.error((*where, "unless"), f"there is no guard '{name}'.")
    rule = Rule(
        id=plain["id"],
        route=plain["route"],
        level=plain.get("level", "crisis"),
        reason=plain["reason"],
        reply=_replies(source, plain.get("reply"), (*where, "reply")),
        any=tuple(_patterns(source, plain.get("any", []), (*where, "any"))),
        sure=tuple(_patterns(source, plain.get("sure", []), (*where, "sure"))),
        together=tuple(_together(source, plain.get("together", []), (*where, "together"))),
        needs=tuple(_needs(source, plain.get("needs", []), (*where, "needs"))),
        unless=unless,
        first_person=bool(plain.get("first_person", False)),
        must=tuple(source.texts(plain.get("must", []), (*where, "must"))),
        must_not=tuple(source.texts(plain.get("must_not", []), (*where, "must_not"))),
    )
    if not rule.finders:
        raise source.error(where, "the rule has no patterns.")
    return rule


def _replies(source: Source, plain: Any, where: Where) -> dict[str, str | None]:
    by_age = plain if isinstance(plain, dict) else dict.fromkeys(get_args(Age), plain)
    if set(by_age) != set(get_args(Age)):
        raise source.error(where, f"'reply' needs each of {', '.join(get_args(Age))}.")
    for reply in by_age.values():
        if reply is not None and reply not in REPLIES:
            raise source.error(where, f"'{reply}' is no crisis reply.")
    return by_age


def _needs(source: Source, lines: Any, where: Where) -> Iterator[Need]:
    """Lines such as "MINOR", "ONLINE @sentence", "CHILD @12" (within twelve words)."""
    for place, line in enumerate(source.texts(lines, where)):
        text, _, scope = line.partition(" @")
        scope = scope or "conversation"
        if scope not in _SCOPES and not scope.isdigit():
            raise source.error((*where, place), f"'@{scope}' is no scope.")
        pattern = next(_patterns(source, [text], where))
        yield Need(pattern, scope)


def _together(source: Source, lines: Any, where: Where) -> Iterator[Together]:
    """Lines such as "HE & ASK & IMAGE @12": all within twelve words, in any order."""
    for place, line in enumerate(source.texts(lines, where)):
        text, _, within = line.partition(" @")
        parts = tuple(names_in(part.strip()) for part in text.split("&"))
        if len(parts) < 2 or not within.isdigit() or not all(all(part) for part in parts):
            raise source.error((*where, place), f"'{line}' is not like 'HE & ASK & IMAGE @12'.")
        yield Together(parts, int(within))
