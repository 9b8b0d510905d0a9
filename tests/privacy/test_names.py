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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("will from hockey club keeps texting", "will from hockey club keeps texting"),
        ("will from school keeps texting me", "‹name› from school keeps texting me"),
        ("he said will from maths is a legend", "he said ‹name› from maths is a legend"),
        ("rose told everyone my secret", "‹name› told everyone my secret"),
        ("Joy and Ayomide blocked me", "‹name› and ‹name› blocked me"),
        ("a lad in year 8 called will", "a lad in year 8 called ‹name›"),
        (
            "there is a girl called summer and she lies",
            "there is a girl called ‹name› and she lies",
        ),
        ("but kai said i should", "but ‹name› said i should"),
        ("i was with mia at lunch", "i was with ‹name› at lunch"),
        ("my nephew szymek 11 plays it", "my nephew ‹name› 11 plays it"),
        ("sorry its will h again", "sorry its ‹name› again"),
    ],
)
def test_a_verb_or_a_place_of_people_shows_that_a_word_is_a_name(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "will you help me",
        "will he stop",
        "a link from school said to click",
        "a boy called gay by everyone",
        "charity made the video",
        "i hope and pray",
        "Goodness knows what else",
        "ive got this ai called mia",
        "I'm a class teacher, yr 4",
        "my son in year 6",
    ],
)
def test_a_word_stays_a_word_without_a_person_beside_it(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "name",
    [
        *("Kuba", "Gosia", "Temiloluwa", "Kwadwo", "Faduma", "Efan", "Caoilfhionn", "Mhairi"),
        *("Ionut", "Matilde", "Avneet", "Ghaith", "Rojda", "Zeynep", "Zixuan", "Tavian", "Jaxxon"),
    ],
)
def test_given_names_of_more_communities_need_no_sign(name: str) -> None:
    assert redact(f"i told {name.lower()} about it") == "i told ‹name› about it"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my little one loves Elsa and Moana", "my little one loves Elsa and Moana"),
        ("she calls herself Elsa on there", "she calls herself Elsa on there"),
        ("Elsa in my class hit me", "‹name› in my class hit me"),
        ("my daughter Elsa is 8", "my daughter ‹name› is 8"),
        ("he thinks Miku is his girlfriend", "he thinks Miku is his girlfriend"),
        ("my daughter watches Bluey", "my daughter watches Bluey"),
    ],
)
def test_figures_and_performers_stay_and_children_called_like_them_go(
    text: str, expected: str
) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize("short", ["PIP", "EHCP", "DLA", "SENCO", "CAMHS", "PSN"])
def test_an_abbreviation_is_no_name_after_a_relation(short: str) -> None:
    assert redact(f"my son's {short} is gone") == f"my son's {short} is gone"
    assert redact(f"My sons {short} is gone") == f"My sons {short} is gone"


def test_a_title_before_i_names_nobody() -> None:
    assert redact("is there a duty officer I can ask") == "is there a duty officer I can ask"


def test_the_lists_are_plain_small_letters_and_no_name_is_both_sure_and_doubtful() -> None:
    names = given_names() | doubtful_names() | surnames()[0] | surnames()[1]
    assert len(given_names()) > 2000
    assert all(name == name.lower() and " " not in name for name in names)
    assert given_names() & doubtful_names() == set()
    assert surnames()[0] & surnames()[1] == set()
    assert all(line == line.lower() for line in lines("not_people"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my teacher mr lim liked it", "my teacher mr ‹name› liked it"),
        ("tell Sgt. Hollis please", "tell Sgt. ‹name› please"),
        ("Father Dominic and Pastor Adeyemi", "Father ‹name› and Pastor ‹name›"),
        ("PC Thornber and nurse okoro came", "PC ‹name› and nurse ‹name› came"),
        ("the pc. Hopefully it works", "the pc. Hopefully it works"),
        ("i asked my mrs. shes cross", "i asked my mrs. shes cross"),
        ("mr right never came", "mr right never came"),
        ("Next door lad, Jordan, gives him one", "Next door lad, ‹name›, gives him one"),
        ("its jas my snap is new", "its ‹name› my snap is new"),
        ("my name is beryl", "my name is ‹name›"),
        ("my niece zaynab 15 go to school", "my niece ‹name› 15 go to school"),
        ("my name is displayed there", "my name is displayed there"),
        ("my name is spelt wrong", "my name is spelt wrong"),
    ],
)
def test_titles_roles_and_the_writers_own_words_lead_to_the_name(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "all of Paisley has one",
        "we live near Chester",
        "Lincoln station",
        "Chester Zoo was good",
        "scared of Momo",
        "they call me Voldemort",
        "is Siren Head real",
        "Slender Man and Huggy Wuggy",
    ],
)
def test_towns_and_the_villains_of_the_internet_stay(text: str) -> None:
    assert redact(text) == text


def test_a_town_that_a_person_bears_as_a_name_goes() -> None:
    assert redact("My friend Lincoln hit me") == "My friend ‹name› hit me"
