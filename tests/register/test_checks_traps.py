"""Every trap is planted once and must be refused by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from signpost.register import checks
from signpost.register.checks import Check
from signpost.register.checks.problem import Problem
from signpost.register.checks.traps import FORBIDDEN_NUMBERS, TRAPS
from signpost.register.loader import load
from tests.stand_ins import COUNCIL, entry, service, write, write_entry

# The name of a trap, who reads the sentence, and the sentence.
PLANTED = [
    ("thinkuknow", "parent", "Thinkuknow has good films for families."),
    ("thinkuknow", "parent", "Go to Think U Know with your child."),
    ("thinkuknow_address", "parent", "It was called https://www.thinkuknow.co.uk/ once."),
    ("ceop_centre", "child", "Tell the CEOP Centre."),
    ("ceop_address", "child", "See https://www.ceop.police.uk/ceop-report/ now."),
    ("ceop_address", "child", "See https://www.ceop.police.uk/reportabuse now."),
    ("ceop_address", "child", "See https://www.ceop.gov.uk/ now."),
    ("ukccis", "professional", "Follow the UKCCIS advice."),
    ("sexting_in_schools", "professional", "Use Sexting in schools and colleges."),
    ("dead_resources", "parent", "Try Digizen or kidSMART together."),
    ("dead_resources", "professional", "E2BN has lesson plans."),
    ("action_fraud", "adult", "Report it to Action Fraud."),
    ("action_fraud_address", "adult", "Go to https://www.actionfraud.police.uk/."),
    ("hopelineuk", "child", "Call HOPELINEUK."),
    ("gambleaware", "adult", "Call GambleAware."),
    ("gambleaware", "adult", "See https://www.begambleaware.org/ for help."),
    ("the_mix_phone", "child", "You can call The Mix."),
    ("lscb", "professional", "Tell the LSCB."),
    ("lscb_address", "professional", "See http://www.peterboroughlscb.org.uk/ for forms."),
    ("lscb_address", "professional", "See safeguardingpeterborough.org.uk for forms."),
    ("lscb_address", "professional", "See cambslscb.co.uk for forms."),
    ("twitter", "child", "Report it on Twitter."),
    ("twitter_address", "child", "X used to be https://help.twitter.com/forms."),
    ("moved_report_pages", "child", "See https://support.snapchat.com/en-GB."),
    ("omegle", "parent", "Omegle shows children to strangers."),
    ("national_police_service", "adult", "CEOP is part of the National Police Service."),
    ("missing_name", "parent", "- provides expert advice for parents."),
    ("ceop_remit", "child", "Tell CEOP if you are bullied."),
    ("ceop_remit", "child", "CEOP takes anonymous reports."),
    ("ceop_remit", "child", "If someone hacked you, tell CEOP."),
    ("ceop_emergency", "child", "CEOP is for emergencies."),
    ("belief_of_age", "parent", "He must reasonably believe the child to be under 16."),
    ("one_contact", "parent", "The Serious Crime Act 2015 made one contact enough."),
    ("section_67_date", "parent", "Section 67 has applied since May 2015."),
    ("kayleigh_to_children", "child", "Kayleigh's story is true."),
    ("kayleigh_offered", "parent", "Watch Kayleigh's Love Story with them."),
    ("hopeline_hours", "child", "HOPELINE247 is open 10am to 10pm."),
    ("shout_keyword", "child", "Text THEMIX to 85258."),
    ("beat_hours", "child", "Beat answers 365 days a year."),
    ("beat_hours", "child", "Beat is open 9-8."),
    ("nspcc_hours", "parent", "The NSPCC answers 24/7."),
    ("nspcc_hours", "parent", "Call the NSPCC Helpline at any time."),
    ("youngminds_hours", "parent", "YoungMinds answers Monday to Friday 9:30am to 4pm."),
    ("report_remove_adults", "adult", "Report Remove is for anyone of any age."),
    ("report_remove_adults", "adult", "18 or over? Adults can use Report Remove."),
    ("report_remove_owner", "child", "Use CEOP's tool Report Remove."),
    ("report_remove_age_proof", "child", "Everyone has to prove their age."),
    ("stopncii_children", "parent", "Your child can use StopNCII."),
    ("stopncii_children", "parent", "Under 18s have StopNCII."),
    ("stopncii_to_a_child", "child", "Use StopNCII to block it."),
    ("revenge_porn_helpline_children", "parent", "Your child can call the Revenge Porn Helpline."),
    ("take_it_down_adults", "adult", "Take It Down works for pictures taken after you were 18."),
    ("report_harmful_content_age", "child", "Report Harmful Content is for any age."),
    ("press_55_locates", "child", "Press 55 on a mobile and they will find you."),
    ("press_55_locates", "child", "55 gives the police your location."),
    ("silent_call", "child", "A silent call brings the police."),
    ("press_55_landline", "adult", "On a landline, 55 works as on a mobile."),
    ("press_55_without_mobile", "child", "Call 999 and press 55."),
    ("emergency_sms", "child", "You can text 999."),
    ("ofcom_removes_posts", "adult", "Ofcom can take the post down."),
    ("ofcom_removes_posts", "adult", "It will be removed by Ofcom."),
    ("weekday_services", "professional", "POSH answers day and night."),
    ("weekday_services", "adult", "For urgent help Report Harmful Content acts at once."),
    ("posh_for_professionals", "parent", "Ring POSH."),
    ("old_kcsie", "professional", "See KCSIE 2025."),
    ("old_kcsie", "professional", "Keeping Children Safe in Education (2024) says so."),
    ("old_working_together", "professional", "See Working Together 2023."),
    ("old_working_together", "professional", "Working Together to Safeguard Children 2018 is it."),
    ("old_rshe", "professional", "RSHE guidance of 2019 applies."),
    ("deepfake_law", "adult", "Making deepfakes will soon be a crime."),
    ("image_generator_law", "professional", "Section 72 is in force."),
    ("under_16_ban", "child", "Under 16s are banned from social media."),
    ("under_16_ban", "child", "Under-16s who post are breaking the law."),
    ("under_16_ban", "parent", "The ban on under-16s is in force."),
    ("thirteen_is_the_law", "child", "Thirteen is the law."),
    ("thirteen_is_the_law", "child", "The law says you must be 13."),
    ("iwf_remit", "adult", "The IWF takes reports of terrorist videos."),
    ("childline_age", "parent", "Childline is there for adults."),
    ("nspcc_to_a_child", "child", "Ring the NSPCC."),
    ("lado_number", "professional", "Call the LADO on 01223 123456."),
]
# What is right to say about the same things.
RIGHT = [
    ("professional", "CEOP Education was called Thinkuknow until it was renamed."),
    ("child", "Tell CEOP: https://www.ceop.police.uk/Safety-Centre/ now."),
    ("professional", "UKCCIS is now called UKCIS."),
    ("adult", "Tell Report Fraud, which took over from Action Fraud."),
    ("child", "CEOP is not for bullying, hacking or fake accounts."),
    ("parent", "An offence unless they reasonably believe the child is 16 or over."),
    ("parent", "Section 67 has been in force since 3 April 2017."),
    ("child", "Text SHOUT to 85258."),
    ("parent", "The NSPCC Helpline answers on weekdays; Childline day and night."),
    ("parent", "Under 18, Report Remove: 18 or over, the Revenge Porn Helpline and StopNCII."),
    ("adult", "For pictures taken at 18 or over, use StopNCII."),
    ("parent", "On a mobile press 55 when asked; this does not give your location."),
    ("parent", "Texting 999 works only if the phone was registered for it before."),
    ("adult", "Ofcom notes failing services but does not take posts down."),
    ("professional", "KCSIE 2026 and Working Together 2026 set the duties."),
    ("child", "Most apps ask you to be 13. That is the app's own rule."),
    ("child", "It is not in force, so having an account under 16 does not break a law."),
    ("parent", "Omegle shut in November 2023."),
    ("adult", "X used to be Twitter."),
]


def run(check: Check, content: Path) -> list[Problem]:
    return list(check(load(content, COUNCIL)))


def say_to(content: Path, reader: str, words: str) -> None:
    variants = {reader: {"bubbles": [words]}}
    write_entry(content, entry("advice.scam_fraud", variants=variants, default=reader))


def change(content: Path, **fields: Any) -> None:
    file = content / "councils" / f"{COUNCIL}.yaml"
    record = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**record, **fields}), encoding="utf-8")


@pytest.mark.parametrize(("name", "reader", "words"), PLANTED)
def test_a_planted_trap_is_refused_by_its_name(
    content: Path, name: str, reader: str, words: str
) -> None:
    say_to(content, reader, words)
    found = [problem for problem in run(checks.traps, content) if problem.check == name]
    assert [problem.level for problem in found] == ["error"]
    assert str(found[0]).startswith(f"advice.scam_fraud/{reader}/bubble 1: '")


def test_every_trap_is_planted() -> None:
    assert {trap.name for trap in TRAPS} == {name for name, _, _ in PLANTED}


@pytest.mark.parametrize(("reader", "words"), RIGHT)
def test_what_is_right_to_say_is_let_pass(content: Path, reader: str, words: str) -> None:
    say_to(content, reader, words)
    assert run(checks.traps, content) == []


@pytest.mark.parametrize("number", FORBIDDEN_NUMBERS)
def test_no_old_number_is_published(content: Path, number: str) -> None:
    say_to(content, "adult", f"Ring {number[:4]} {number[4:]} now.")
    assert [problem.check for problem in run(checks.forbidden_numbers, content)] == [""]
    assert number in str(run(checks.forbidden_numbers, content)[0])


def test_a_trap_is_found_in_the_second_sentence_and_in_more(content: Path) -> None:
    more = {"bubbles": ["Be calm. Tell Action Fraud."]}
    variants = {"child": {"bubbles": ["x"], "more": more}}
    write_entry(content, entry("advice.scam_fraud", variants=variants))
    assert [problem.where for problem in run(checks.traps, content)] == [
        "advice.scam_fraud/child/more/bubble 1"
    ]


@pytest.mark.parametrize("fields", [{"status": "renamed"}, {"status": "closed"}])
def test_the_card_of_a_renamed_or_closed_service_may_name_it(
    content: Path, fields: dict[str, Any]
) -> None:
    write(content, "services", service("thinkuknow", name="Thinkuknow", **fields))
    assert run(checks.traps, content) == []


def test_the_card_of_a_current_service_may_not_carry_an_old_name_or_address(content: Path) -> None:
    write(content, "services", service("films", name="Thinkuknow films"))
    write(content, "services", service("x", url="https://www.thinkuknow.co.uk/", status="renamed"))
    found = {(problem.where, problem.check) for problem in run(checks.traps, content)}
    assert found == {
        ("service.films/name", "thinkuknow"),
        ("service.x/url", "thinkuknow_address"),
    }


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("kayleighs-love-story", "child"),
        ("kayleighs-love-story", "parent"),
        ("nspcc-helpline", "child"),
        ("stopncii", "child"),
        ("posh", "parent"),
        ("posh", "adult"),
    ],
)
def test_a_card_is_never_shown_to_a_reader_whom_it_is_not_for(
    content: Path, name: str, reader: str
) -> None:
    write(content, "services", service(name, audiences=[reader]))
    variants = {reader: {"bubbles": ["x"], "services": [name]}}
    write_entry(content, entry("advice.scam_fraud", variants=variants, default=reader))
    assert [problem.where for problem in run(checks.wrong_readers, content)] == [
        f"service.{name}/audiences",
        f"advice.scam_fraud/{reader}/services",
    ]


@pytest.mark.parametrize("name", ["posh", "report-harmful-content"])
def test_a_weekday_service_is_no_card_of_a_crisis(content: Path, name: str) -> None:
    write(content, "services", service(name, audiences=["professional"]))
    variants = {"professional": {"bubbles": ["x"], "services": [name]}}
    write_entry(content, entry("crisis.help", variants=variants, default="professional"))
    assert "weekdays only" in str(run(checks.wrong_readers, content)[0])


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("report-remove", {"oldest": 17}, {"oldest": 25}),
        ("stopncii", {"youngest": 18}, {"youngest": 13}),
        ("revenge-porn-helpline", {"youngest": 18}, None),
        ("report-harmful-content", {"youngest": 13}, {"youngest": 18}),
    ],
)
def test_the_ages_of_services_for_pictures_are_not_mixed_up(
    content: Path, name: str, right: dict[str, int], wrong: dict[str, int] | None
) -> None:
    write(content, "services", service(name, ages=right))
    assert run(checks.wrong_ages, content) == []
    write(content, "services", service(name, ages=wrong))
    assert [problem.where for problem in run(checks.wrong_ages, content)] == [
        f"service.{name}/ages"
    ]


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("nspcc-helpline", {"always": True}),
        ("nspcc-helpline", {"weekly": {"mon": ["08:00-22:00"]}}),
        ("beat", {"weekly": {"mon": ["09:00-20:00"]}}),
        ("youngminds-parents", {"weekly": {"tue": ["09:30-16:00"]}}),
        ("posh", {"always": True}),
    ],
)
def test_hours_that_lists_have_wrong_are_refused(
    content: Path, name: str, hours: dict[str, Any]
) -> None:
    write(content, "services", service(name, hours=hours))
    assert [problem.where for problem in run(checks.stale_hours, content)] == [
        f"service.{name}/hours"
    ]


def test_a_partners_keyword_for_shout_is_refused(content: Path) -> None:
    assert run(checks.keywords, content) == []
    write(content, "services", service("shout", texts=[{"number": "85258", "send": "YM"}]))
    assert "sends 'YM' to 85258" in str(run(checks.keywords, content)[0])


def test_a_lados_number_comes_from_the_council_itself(content: Path) -> None:
    team = {"role": "lado", "name": "LADO", "phones": [{"number": "01223 123456"}]}
    change(content, contacts=[team], sources=["facts:lado"])
    assert "without a source of the council's own" in str(run(checks.lado_contacts, content)[0])
    change(content, sources=["facts:lado", "https://example.org/lado"])
    assert run(checks.lado_contacts, content) == []
    write(content, "services", service("l", name="LADO", phones=[{"number": "01223 123456"}]))
    assert "move it to the council's file" in str(run(checks.lado_contacts, content)[0])
