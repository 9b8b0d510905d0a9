"""What places are called after: shared by the recognisers of schools and addresses."""

from __future__ import annotations

import re

from signpost.privacy.vocabulary import word_list

WORD = r"[^\W\d_](?:[^\W\d_]|['’.-]){1,20}"
# How the names of villages, estates and schools end: "Hartfield", "Thornmere".
PLACE_ENDING = re.compile(
    r"^(?:\w{2,12}(?:field|fields|wood|woods|side|view|brook|brooke|bridge|bourne|land|lands|ford|"
    r"leigh|ley|dale|mead|meads|hurst|bury|worth|combe|moor|mere|gate|croft|bank|mount|church|well|"
    r"wells|"
    r"stone|ridge|lea|lee|burn|grove|park|hill|heath|wick|ham|ton|thorpe|holme|house|water|cliffe|"
    r"den|vale|crest|haven|cliffe?|garth|brae|shaw|beck|gill|rigg|scar|toft|tree|trees|oak|oaks|ash))s?$"
)
# Kinds of streets and of what stands in them.
STREET = (
    r"(?:street|st|road|rd|avenue|ave|av|lane|ln|close|drive|drv|crescent|cres|gardens|gdns|"
    r"terrace|court|crt|way|place|square|sq|grove|mews|hill|row|walk|view|park|rise|green|parade|"
    r"cottages?|house|villas?|fields?|quay|wharf|gate|bank|croft|vale|mount|yard|path|bungalows?|"
    r"estate|wynd|brae|loan|vennel|gait|circus|parkway|ct|cl|clo|cresc|drove|drift|chase|fold|"
    r"garth|nook|dene|meadows?|reach|causeway|promenade|"
    r"esplanade|passage|buildings?|mansions|broadway|arcade|quadrant|steps|loke|ginnel|glade|glen|grange|haven|hollow|knoll|ridge|lea|leas|links|strand|wood|woods|tower|towers|heights|orchard|spinney|copse|paddocks?|point|halls|"
    r"approach|bypass|boulevard|mall|plaza|brow|gill|ghyll|brook|cross|corner|precinct|lawns?|mead|"
    r"oval|quays|rake|springs|stairs|trail|yards|hythe|entry|hse|bldgs?|blvd|estate|side|mews)"
)
# Trees, saints and landscapes that schools and houses are called after.
PLACE_WORDS = word_list("place_words")
# Words of a sentence that stand where a school's or street's name might, and are none.
NO_SCHOOL = word_list("no_school")
NO_STREET = word_list("no_street")
# What everybody knows and nobody is told apart by.
TOWNS = word_list("british_towns")
BRANDS = word_list("brands")
