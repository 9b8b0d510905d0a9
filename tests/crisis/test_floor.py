"""What the floor says of a message: level, route, reply, age and speaker."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signpost.crisis.bench import CONTENT
from signpost.crisis.floor import Floor

FLOOR = Floor.load(CONTENT)
MUST = [(rule, text) for rule in FLOOR.rules for text in rule.must]
# Safe words count alone, so they cannot be buried; other languages have their own letters.
ENGLISH = [
    (rule, text)
    for rule, text in MUST
    if text.isascii() and rule.id[2] != "." and not rule.id.startswith("words.")
]


@pytest.mark.parametrize(
    ("text", "level", "route", "reply"),
    [
        ("i want to die", "crisis", "999", "crisis.suicide"),
        ("she has taken a whole packet of paracetamol", "crisis", "999", "crisis.medical"),
        ("he has a knife", "crisis", "999", "crisis.danger"),
        ("shes gone to meet him off snapchat", "crisis", "999", "crisis.meeting"),
        ("my daughter has gone missing", "crisis", "999", "crisis.missing"),
        ("help", "crisis", "999", "crisis.help"),
        ("sometimes i wish i could just disappear", "check_in", "999", "crisis.check_in"),
        ("a man wants pics and im 12", "crisis", "CEOP", "crisis.exploitation"),
        ("he wants pics", "crisis", "both", "crisis.exploitation_age_unsaid"),
        ("im 14 and hes threatening to leak my pics", "crisis", "CEOP", "crisis.image_blackmail"),
        (
            "someone is blackmailing me with my nudes",
            "crisis",
            "both",
            "crisis.image_blackmail_age_unsaid",
        ),
        (
            "he said he will come to my house if i dont send another pic, im 13",
            "crisis",
            "both",
            "crisis.danger_and_exploitation",
        ),
        ("i think im attracted to children", "crisis", "both", "crisis.own_behaviour"),
        ("how do i set up parental controls", "none", None, None),
    ],
)
def test_each_kind_of_crisis_has_its_route_and_reply(
    floor: Floor, text: str, level: str, route: str | None, reply: str | None
) -> None:
    found = floor.assess(text)
    assert (found.level, found.route, found.reply) == (level, route, reply)


def test_danger_leads_and_exploitation_follows(floor: Floor) -> None:
    found = floor.assess("a man has my nudes, im 13 and i want to die")
    assert (found.route, found.reply) == ("both", "crisis.danger_and_exploitation")


@pytest.mark.parametrize(
    "text",
    [
        "im 34 and a woman is blackmailing me with my video",
        "im 25 and my tinder date sent me a nude",
        "we are both adults and he wants pics",
    ],
)
def test_two_adults_are_no_ceop_crisis(floor: Floor, text: str) -> None:
    found = floor.assess(text)
    assert (found.level, found.age) == ("none", "adult")


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("he wants pics and im 12", "child"),
        ("he wants pics from my daughter", "child"),
        ("she is in year 8 and he wants pics", "child"),
        ("he wants pics", "unsaid"),
        ("im 34 and he wants pics", "adult"),
        ("i paid 12 pounds and he wants pics", "unsaid"),
    ],
)
def test_the_age_of_the_person_at_risk_is_what_the_text_says(
    floor: Floor, text: str, age: str
) -> None:
    assert floor.assess(text).age == age


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("im 12 and he wants pics", "child"),
        ("my daughter is being sent rude messages", "parent"),
        ("one of our pupils says a man wants pics", "professional"),
        ("i am 34 and worried", "adult"),
        ("he wants pics", "unknown"),
    ],
)
def test_the_speaker_is_what_the_text_says(floor: Floor, text: str, speaker: str) -> None:
    assert floor.assess(text).speaker == speaker


@pytest.mark.parametrize(
    ("turns", "reply"),
    [
        (["i want to", "kill myself"], "crisis.suicide"),
        (["hes 38", "im 12", "he wants pics"], "crisis.exploitation"),
        (["she took", "all her mums tablets"], "crisis.medical"),
    ],
)
def test_a_crisis_split_over_messages_is_found(floor: Floor, turns: list[str], reply: str) -> None:
    found = floor.assess(turns[-1], turns[:-1])
    assert (found.level, found.reply) == ("crisis", reply)


@pytest.mark.parametrize("newest", ["ok", "what do i do", "thank you", "is there a number"])
def test_what_was_said_before_does_not_escalate_a_second_time(floor: Floor, newest: str) -> None:
    assert floor.assess(newest, ["i want to die"]).level == "none"


def test_only_the_last_six_turns_count(floor: Floor) -> None:
    assert floor.assess("kill myself now", ["i want to"]).level == "crisis"
    long_ago = ["i am going to", *["and then we had tea"] * 6]
    assert floor.assess("jump", ["i am going to"]).level == "crisis"
    assert floor.assess("jump", long_ago).level == "none"


@pytest.mark.parametrize(
    ("safe", "danger"),
    [
        ("nobody is hurting me, im safe now", "i never said i was safe he is still hitting me"),
        ("i dont want to die", "i dont want to be here anymore"),
        ("i am not suicidal", "im not fine i took them all"),
        ("he followed me on instagram", "a man followed me home"),
        ("my mum will kill me", "he said he will kill me"),
        ("how do i kill a process", "how do i kill myself"),
        ("this homework is killing me", "he is trying to kill me"),
        ("i died in fortnite again", "i want to die"),
        ("what is grooming", "is it bad if a 30 year old asks me to send pics"),
        (
            "what should our policy say about self harm",
            "one of my pupils has cut herself and it wont stop bleeding",
        ),
        (
            "she was groomed years ago and he is in prison now",
            "i think my daughter is being groomed",
        ),
    ],
)
def test_words_alone_do_not_decide(floor: Floor, safe: str, danger: str) -> None:
    assert floor.assess(safe).level == "none"
    assert floor.assess(danger).level != "none"


@pytest.mark.parametrize("joke", ["i want to die lol", "gonna kms haha", "i wanna die jk"])
def test_a_joke_lowers_a_sign_by_one_step_and_no_more(floor: Floor, joke: str) -> None:
    assert floor.assess(joke).level == "check_in"


def test_a_harmless_expression_does_not_hide_a_crisis_beside_it(floor: Floor) -> None:
    assert floor.assess("my mum will kill me. i want to die").level == "crisis"


@pytest.mark.parametrize(
    "wrapped",
    [
        "/greet I want to die",
        "/greet@1.0 I want to die",
        '/greet{"a":"b"} I want to die',
        '/inform{"note": "I want to die"}',
        "/greet\nI want to die",
        "<p>I want</p> <b>to die</b>",
        "I%20want%20to%20die",
        "https://example.org/?q=i+want+to+die",
        "i_want_to_die",
    ],
)
def test_nothing_wraps_a_crisis_away(floor: Floor, wrapped: str) -> None:
    assert floor.assess(wrapped).reply == "crisis.suicide"


def test_the_variants_show_what_the_rules_saw(floor: Floor) -> None:
    assert "kill myself" in " ".join(floor.variants("k1ll mys3lf"))


@pytest.mark.parametrize(
    "text", ["", " ", "\ud800", "\x00" * 50, "\u202e", "a" * 20_000, "🔪" * 5_000, "ﷺ" * 20_000]
)
def test_no_text_raises(floor: Floor, text: str) -> None:
    floor.assess(text, [text])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.lists(st.text(max_size=60), max_size=8))
def test_no_text_raises_whatever_it_is(text: str, history: list[str]) -> None:
    FLOOR.assess(text, history)
    FLOOR.variants(text)


CALM = st.sampled_from(
    [
        "hello there.",
        "we had tea at my nans.",
        "the weather is nice today.",
        "my phone is blue.",
        "ok so.",
        "sorry for the long message.",
    ]
)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(ENGLISH), st.lists(CALM, max_size=5), st.lists(CALM, max_size=5))
def test_calm_words_around_a_crisis_never_hide_it(
    example: tuple[object, str], before: list[str], after: list[str]
) -> None:
    _, text = example
    assert FLOOR.assess(" ".join([*before, text + ".", *after])).level != "none"


def upper(text: str) -> str:
    return text.upper()


def zero_width(text: str) -> str:
    return "\u200b".join(text)


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def look_alike(text: str) -> str:
    return text.translate(str.maketrans("aeopcxi", "аеорсхі"))


def spaced_danger(text: str) -> str:
    return " ".join(" ".join(word) if len(word) > 3 else word for word in text.split())


def slash(text: str) -> str:
    return f"/greet@1.0 {text}"


def buried(text: str) -> str:
    return "we went to the shops and it was fine. " * 130 + text


MUTATIONS = [upper, zero_width, full_width, look_alike, slash, buried]


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_no_disguise_hides_a_declared_example(floor: Floor, mutate: object) -> None:
    assert callable(mutate)
    missed = [text for _, text in ENGLISH if floor.assess(mutate(text)).level == "none"]
    assert missed == []


LEET = str.maketrans("aeio", "4310")
DISGUISABLE = ["i want to kill myself", "hes 34 and wants nudes", "im gonna end my life tonight"]


@pytest.mark.parametrize("text", DISGUISABLE)
def test_leetspeak_spacing_and_no_spaces_hide_nothing(floor: Floor, text: str) -> None:
    assert floor.assess(text.translate(LEET)).level != "none"
    assert floor.assess(spaced_danger(text)).level != "none"
    assert floor.assess(text.replace(" ", "")).level != "none"
