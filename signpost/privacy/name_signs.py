"""Signs that a name stands there: what people say before, after and around names."""

from __future__ import annotations

import re

# How sure a sign makes us.
SURE, LIKELY, HINT = 3, 2, 1


def sign(pattern: str) -> re.Pattern[str]:
    """A sign that ends where a name begins; found also where it lies within another."""
    return re.compile(rf"(?=(?P<sign>{pattern}))", re.I)


# --- Signs
NAMING = sign(
    r"\b(?:(?:my|his|her|their|your|our|full|real|first|last|second|middle|birth|proper|legal|"
    r"actual|"
    r"boy'?s|girl'?s|man'?s|woman'?s|lad'?s|child'?s|kid'?s|pupil'?s|student'?s|person'?s|son'?s|"
    r"daughter'?s|"
    r"teacher'?s|friend'?s|mate'?s|mum'?s|dad'?s|sister'?s|brother'?s|guy'?s) (?:full |real |"
    r"first |last |second |middle )?"
    r"(?:sur)?name'?’?s?(?: is| was| are|:| =|,)? ?(?:called )?"
    r"|(?:sur)?names?(?: is| was| are|'s|’s|:| -) ?"
    r"|nick ?named |known as |goes by (?:the name )?(?:of )?|go by |answers to |aka |a\.k\.a\.? "
    r"|nick ?name(?:'s|s| is| was) |"
    r"(?:everyone|everybody|they|people|mates|you can|u can|just) calls? me "
    r"|(?:^|[.,;:(] ?)name "
    r"|me llamo |je m['’]appelle |mam na imi[eę] |nazywam si[eę] |ma numesc |mă numesc |"
    r"ich hei(?:ss|ß)e "
    r"|mi chiamo |me chamo |mera naam |mera nam |magacaygu waa |adım "
    r"|call(?:s|ed|ing)? (?:himself|herself|themselves|themself|itself|myself) [\"'“‘]?)",
)
CALLED = sign(r"\b(?:called|named) ?[:\"'“‘]?")
# Who is called so is a person: "this girl called rose".
CALLED_PERSON = re.compile(
    r"\b(?:girl|boy|lad|lass|man|woman|guy|bloke|lady|kid|child|teen|teenager|person|someone|"
    r"somebody|student|pupil|teacher|friend|mate|brother|sister|cousin|son|daughter|stranger|adult)"
    r"(?: \w{1,12}){0,4}[ ,]{1,2}$",
    re.I,
)
# What is called so is a thing: "an app called Tellonym".
THING = re.compile(
    r"\b(?:apps?|games?|sites?|websites?|servers?|channels?|platforms?|programs?|company|service|"
    r"group ?chat|group|chat|gc|page|film|movie|show|series|song|book|band|challenge|trend|dare|"
    r"thing|"
    r"music|track|tune|album|things|magazine|newsletter|leaflet|booklet|guide|campaign|assembly|"
    r"play|poem|novel|text|"
    r"report|"
    r"document|policy|exam|topic|subject|account thing|meme|emoji|sticker|skin|character|pack|"
    r"place|drug|drugs|something|summat|smth|somewhere|scheme|charity|website|bot|chatbot|ai|"
    r"filter|"
    r"video|story|programme|podcast|virus|club|school|college|team|road|street|town|village|brand|"
    r"toy|mod|map|world|tool|resource|helpline|law|course|lesson|term|word|it|organisation|"
    r"extension|"
    r"folder|file|app is|feature|setting|button|software|coin|crypto|currency|forum|subreddit|"
    r"dog|cat|hamster)"
    r"(?: that| which|,|'s)?(?: is| was|'s|s|’s)? ?(?:also )?$",
    re.I,
)
# What is done with programs, goods and places: "download Zangi", "on Likee", "in Fenham".
USED = re.compile(
    r"\b(?:play(?:s|ed|ing)?|download(?:s|ed|ing)?|install(?:s|ed|ing)?|delet(?:e|es|ed|ing)|"
    r"us(?:e|es|ed|ing)|watch(?:es|ed|ing)?|buy(?:s|ing)?|bought|on|via|through|like|read(?:s|ing)?|"
    r"in|near|into|around|across|outside|than|speaks?|spoken|some|every|any|no|an?|"
    r"(?:called|named) [\"'“‘]?\w+ (?:and|or|&)) (?:the |my |his |her |their |our )?[\"'“‘]?$",
    re.I,
)
OF_A_THING = re.compile(
    r"[\"'”’]?,? (?:apps?|games?|sites?|websites?|servers?|videos?|vids?|app's|characters?|skins?|"
    r"challenges?|trends?|dares?|accounts?|acc|chats?|series|films?|movies?|shows?|books?|foundation|"
    r"trust|charity|helpline|act|law|code|software|filters?|phones?|tablets?|watch|consoles?|"
    r"festival|council|city|town|police|county|area|borough|region|station|market|centre|beach|"
    r"hospital|road|street)\b",
    re.I,
)
_KIN = (
    r"(?:friends?|freinds?|frends?|mates?|m8s?|besties?|bff|pals?|buddy|brothers?|bros?|sisters?|"
    r"sis|"
    r"sons?|daughters?|kids?|child|lads?|lass|girls?|boys?|eldest|youngest|oldest|twins?|"
    r"mums?|mams?|moms?|dads?|step ?-?(?:dad|mum|son|daughter|brother|sister)s?|step ?-?dads?|"
    r"cousins?|cuz|uncle|aunt|auntie|aunty|nan|nana|nanny|gran|granny|grandma|grandad|grandpa|"
    r"grandson|grand ?daughter|"
    r"granddaughter|grandchild|niece|nephew|boyfriend|bf|girlfriend|gf|partner|ex|husband|wife|"
    r"fianc[eé]e?|teacher|tutor|coach|neighbours?|colleague|boss|pupils?|students?|tutee|carer|"
    r"foster (?:mum|dad|carer|son|"
    r"daughter|child)|social worker|youth worker|key ?worker|baby|little one|classmates?|landlord|"
    r"flatmate|housemate|bully|crush|therapist|counsellor|head ?teacher|head|dsl|client|stalker|"
    r"godson|goddaughter)\b"
)
RELATION = sign(
    rf"\b(?:my|our|his|her|their|your|me|a|the|next[- ]door|best|older|younger|little|big|"
    rf"year[- ]old|"
    rf"yr[- ]old|yo|{_KIN}['’]?s?) (?:best |old |little |lil |wee |big |older |younger |"
    rf"close |good |ex[- ]?|so[- ]called |new |online |school |maths |english |pe |science |"
    rf"form |head |late |eldest |youngest |class )?"
    rf"{_KIN}(?: is|,| -| \(|:)? ?[\"'“‘]?"
    # "Tutor, Rhodri, said": between commas whatever stands before.
    rf"|(?<=\w )\b{_KIN}(?<!s), (?=(?-i:[A-Z])[\w'’-]{{1,20}}(?: (?-i:[A-Z])[\w'’-]{{1,20}})?,)",
)
PERSON = sign(
    r"\b(?:(?:boy|girl|lad|man|woman|guy|bloke|person|someone|somebody|lady|kid|child|student|"
    r"pupil|teen|teenager|stranger|"
    r"friend|mate|people) (?:in|from|at|on|off) (?:my |our |his |her |the )?(?:class|year|school|"
    r"form|work|football|club|team|street|"
    r"online|insta|snap|snapchat|roblox|discord|church|mosque|uni|college)(?: called| named)?|"
    r"(?:the|this|that|a) (?:other )?(?:boy|girl|lad|man|guy|bloke|woman|child|kid|pupil|student|"
    r"teacher|person)),? ?[\"'“‘]?",
)
TITLE = sign(
    r"\b(?:mr|mrs|ms|miss|mx|dr|doctor|prof|professor|pc|pcso|dc|ds|di|wpc|sgt|sargent|sergeant|"
    r"insp|inspector|cllr|"
    r"councillor|rev|"
    r"reverend|father|fr|imam|rabbi|pastor|sister|coach|uncle|auntie|aunty|aunt|cousin|nanny|"
    r"nana|nan|granny|"
    r"grandma|grandad|grandpa|judge|nurse|officer|lord|lady|dame|sir|madam|lil|papa|mama|aunti|"
    r"big|calls)\b['’]?\.? ?",
)
# Titles that are nothing else, after which a word that few use is a name, however short.
PLAIN_TITLES = frozenset(("mr", "mrs", "mx", "sgt", "pcso", "cllr", "wpc"))
# After "sgt." a sentence goes on.
DOTTED = re.compile(r"\b(?:mr|mrs|ms|mx|dr|prof|sgt|insp|rev|fr|pc|pcso|dc|ds|di|cllr)\. ?$", re.I)
SELF = sign(
    r"(?:\b(?:i'?m|i’m|i am|im|hello am|hi am|this is|its|it'?s|it’s|it is|is that|hi|hiya|"
    r"hello|hey|dear|"
    r"sincerely|faithfully|regards|cheers|signed|yours|thanks|ta|thank you),? ?(?:from )?"
    r"(?:me |only |just |again )?[\"'“‘]?|[-–—~] ?)",
)
_SIGNED = re.compile(
    r"(?:\b(?:thanks|thank you|thankyou|thanx|thx|ta|tia|cheers|regards|wishes|sincerely|"
    r"faithfully|truly|"
    r"love|luv|(?:(?<=[,.!?] )|(?<=love ))from|signed|yours|hope|gratefully|"
    r"respectfully)\b[ ,.!:-]{1,4}|[-–—~] ?|[.!?] ?)(?P<name>"
    r"(?:[^\W\d_]['’\w-]{0,24}\.?(?: |$)){1,3})[ .,!x❤️💔🙏😊😔()-]{0,6}"
    r"(?:(?:age|aged|year|yr|y) ?\d{1,2}|\d{1,2}|\(?(?:mum|dad|mrs|mr|ms|dsl|parent|teacher|"
    r"senco|head)\b[^.]{0,40})?[ .,!x)]{0,5}$",
    re.I,
)
INITIALS = re.compile(r"(?<![\w.])(?P<who>[A-Z]\.[A-Z]\.(?:[A-Z]\.)?)(?!\w)")
# What follows a person's name, and hardly anything else.
_OF_KIN = (
    r",? (?:is|was|are|=) (?:only |just )?(?:my|our|his|her|their) "
    rf"(?:best |little |big |older |younger |foster |step ?)?{_KIN}"
)
_OF_A_GROUP = (
    r",? (?:in|from) (?:my|our|his|her|the other) (?:class|form|year|yr|school|maths|science|set|"
    r"team|work|tutor|street|group|road|church|mosque|club|dance|football)\b"
)
# "will from football keeps": words of no sentence but one about a person.
FROM = re.compile(
    r" from (?:my |our |his |her |the )?(?:football|school|work|church|mosque|class|maths|english|"
    r"science|dance|scouts|guides|cadets|rugby|netball|cricket|drama|choir|band|youth club|club|"
    r"college|uni|year \d{1,2}|yr ?\d{1,2}|insta|snap|snapchat|discord|roblox|fortnite|tiktok) "
    r"(?P<verb>[\w'’]{2,14})"
)
# Said with a child's age or year: "my son kuba yr 6".
YEAR = re.compile(r",? \(?(?:in |is in )?(?:(?:yr|year|y) ?\d{1,2}|\d{1,2}\b)", re.I)
_OF_AN_AGE = (
    r",? \(?(?:aged?|born|dob|d\.o\.b|date of birth|birth(?: ?day| ?date)?|who is my) ?"
    r"|,? \(?(?:age )?\d{1,2}(?: ?(?:yo|yrs?|years?|m|f)\b|[,)])"
)
# Letters that stand for a surname ("its will h") and for no word in a text message.
INITIAL = frozenset("bcdefghjklpqtvwz")
_SHORT_FOR = r" \(?(?:short for|aka|also known as) "
# "its jas my snap is": who says so gives a name first.
MY_ACCOUNT = re.compile(
    r",? (?:and )?my (?:snap|snapchat|insta|ig|tiktok|discord|number|num|phone|mobile|email|"
    r"user ?name|user|address|age|dob)\b",
    re.I,
)
MY_NAME_IS = re.compile(r"\bmy (?:real |full |first )?name(?:'s|’s|s| is) $", re.I)
TOLD_OF = re.compile(rf"{_OF_KIN}|{_OF_A_GROUP}|{_SHORT_FOR}", re.I)
AFTERWARDS = re.compile(rf"{_OF_KIN}|{_OF_A_GROUP}|{_SHORT_FOR}|{_OF_AN_AGE}", re.I)


def ends(sign: re.Pattern[str], text: str) -> dict[int, int]:
    """Where the sign's places end, each with where it begins."""
    return {match.end("sign"): match.start() for match in sign.finditer(text)}


def signature(text: str) -> tuple[int, int] | None:
    """Where the words stand with which the writer signs, if the text ends so."""
    tail = max(0, len(text) - 90)
    for match in re.finditer(r"(?:^|(?<=[\s,.!?]))(?=\S)", text[tail:]):
        found = _SIGNED.match(text, tail + match.start())
        if found:
            return found.span("name")
    return None
