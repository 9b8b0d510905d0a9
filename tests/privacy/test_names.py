"""Names: of all communities, after every kind of sign; and words that only look like names."""

from __future__ import annotations

import pytest

from signpost.privacy.redact import Redactor
from signpost.privacy.vocabulary import doubtful_names, given_names, lines, surnames

redact = Redactor().redact


@pytest.mark.parametrize(
    "name",
    [
        *("Charlotte", "Rhiannon", "Siobhán", "Catriona", "Priyanka", "Mohammed", "Gurpreet"),
        *("Ayesha", "Zeynep", "Hodan", "Abdirahman", "Farhad", "Oluwaseun", "Chidinma", "Kwame"),
        *("Tyrese", "Agnieszka", "Wojciech", "Ioana", "Oksana", "Dimitris", "Inês", "Xiaoming"),
        *("Nguyet", "Shlomo", "Rivka", "Ffion", "Padraig", "Jaxon", "Nevaeh"),
    ],
)
def test_names_of_all_communities_are_taken_out(name: str) -> None:
    assert redact(f"yesterday {name} told me about it") == "yesterday ‹name› told me about it"
    assert redact(f"can you help {name.lower()} please") == "can you help ‹name› please"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my name is will", "my name is ‹name›"),
        ("my brother will said no", "my brother ‹name› said no"),
        ("my friend will not stop", "my friend will not stop"),
        ("will my friend stop", "will my friend stop"),
        ("may i ask about my son Will?", "may i ask about my son ‹name›?"),
        ("im called hope", "im called ‹name›"),
        ("hope is my cousin", "‹name› is my cousin"),
        ("i hope it stops", "i hope it stops"),
        ("I saw Grace with Faith", "I saw ‹name› with ‹name›"),
        ("Mark marked it as fake", "‹name› marked it as fake"),
        ("mark my words", "mark my words"),
        ("it started in May", "it started in May"),
        ("all summer on roblox", "all summer on roblox"),
        ("she lost faith in joy", "she lost faith in joy"),
        ("we went to Paris and Jordan", "we went to Paris and Jordan"),
        ("my mate jack sent it", "my mate ‹name› sent it"),
        ("a jack lead", "a jack lead"),
        ("Is it the King?", "Is it the King?"),
    ],
)
def test_a_name_that_is_a_word_is_taken_out_only_where_a_person_is_meant(
    text: str, expected: str
) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my teacher Mr Okonjo-Smythe saw it", "my teacher Mr ‹name› saw it"),
        ("miss achterberg said so", "miss ‹name› said so"),
        ("i miss my mum", "i miss my mum"),
        ("it was Mrs J. Ollerenshaw", "it was Mrs ‹name›"),
        ("my friends Olu and Zofia saw it", "my friends ‹name› and ‹name› saw it"),
        ("a boy named Kyron", "a boy named ‹name›"),
        ("a girl in my class called zsofia", "a girl in my class called ‹name›"),
        ("he calls himself Big Stevo", "he calls himself ‹name›"),
        ("this is Kasia from year 9", "this is ‹name› from year 9"),
        ("please help. thanks, Bronwen x", "please help. thanks, ‹name› x"),
        ("Yours sincerely, Margaret Thistlewood", "Yours sincerely, ‹name›"),
        ("sarahs phone was taken", "‹name›s phone was taken"),
        ("Zahra's brother saw it", "‹name›'s brother saw it"),
        ("LOOK WHAT CHLOE DID", "LOOK WHAT ‹name› DID"),
        ("Fatou Jallow told the lead", "‹name› told the lead"),
        ("me llamo Lucía", "me llamo ‹name›"),
        ("a child, T.J., told me", "a child, ‹name›, told me"),
    ],
)
def test_every_kind_of_sign_leads_to_the_name(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "where is Kayleigh's Love Story",
        "my lad watches Andrew Tate",
        "is the Lucy Faithfull Foundation real",
        "Clare's law and Sarah's law",
        "Five Nights at Freddy's and Harry Potter",
        "alexa keeps listening",
        "i asked Siri",
        "an app called Tellonym",
        "a game called Brawl Stars",
        "we live in Peterborough near Ely",
        "Report Remove, Childline and CEOP",
        "my freind swalowed a batery",
        "my mum wudnt notice",
        "Barclays or Lloyds",
        "she was on her phone at McDonald's",
        "Dear Sir or Madam",
        "thanks guys",
        "thanks for your help",
        "everyone in my class hates me",
    ],
)
def test_what_only_looks_like_a_name_stays(text: str) -> None:
    assert redact(text) == text


def test_the_lists_are_plain_small_letters_and_no_name_is_both_sure_and_doubtful() -> None:
    names = given_names() | doubtful_names() | surnames()[0] | surnames()[1]
    assert len(given_names()) > 2000
    assert all(name == name.lower() and " " not in name for name in names)
    assert given_names() & doubtful_names() == set()
    assert surnames()[0] & surnames()[1] == set()
    assert all(line == line.lower() for line in lines("not_people"))
