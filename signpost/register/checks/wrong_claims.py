"""Claims about services and the law that most lists get wrong."""

from __future__ import annotations

from signpost.register.checks.trap import ALWAYS, NOT, OLD_YEAR, PAST, Trap

WRONG_CLAIMS = (
    Trap(
        name="ceop_remit",
        pattern=r"\bCEOP\b[^.]*\b(?:bully\w*|bullied|hack\w*|fake accounts?|anonymous\w*)|"
        r"\b(?:bully\w*|bullied|hack\w*|fake accounts?|anonymous\w*)\b[^.]*"
        r"\b(?:to|tell|use|call) CEOP\b(?! Education)",
        unless=NOT + r"|\bCEOP Education\b",
        says="is none of CEOP's work: not bullying, hacking, fake accounts, anonymous reports",
    ),
    Trap(
        name="ceop_emergency",
        pattern=r"\bCEOP\b[^.]*\b(?:is for|in an|handles?|answers?) emergenc(?:y|ies)\b|"
        r"\b(?:emergency|danger now|immediate danger)\b[^.]*\b(?:tell|call|contact) CEOP\b",
        unless=NOT + r"|\b999\b",
        says="sends an emergency to CEOP; it is 999",
    ),
    Trap(
        name="belief_of_age",
        pattern=r"\breasonabl[ey] believ\w*\b[^.]*\bunder 16\b",
        says="turns the offence round: the adult does not reasonably believe that the child is "
        "16 or over",
    ),
    Trap(
        name="one_contact",
        pattern=r"\bSerious Crime Act\b[^.]*\b(?:meet\w*|contact|once)\b|"
        r"\b(?:meet\w*|one contact|once)\b[^.]*\bSerious Crime Act\b",
        says="credits the wrong Act; it was section 36 of the Criminal Justice and Courts Act 2015",
    ),
    Trap(
        name="section_67_date",
        pattern=r"\b(?:s\.? ?67|section 67|s\.? ?15A|section 15A|sexual communication)\b[^.]*"
        r"\b(?:since|from|in force in) (?:\w+ )?2015\b",
        says="gives the wrong date; the offence has been in force since 3 April 2017",
    ),
    Trap(
        name="kayleigh_to_children",
        pattern=r"\bKayleigh\b",
        readers=("child",),
        says="must not be offered to a child; it is for trained staff to decide on",
    ),
    Trap(
        name="kayleigh_offered",
        pattern=r"\b(?:watch|show|see|use|play)\b[^.]*\bKayleigh\b",
        unless=NOT + r"|\bonly\b|\bstopped\b",
        says="must not be offered as a resource; say that only trained staff decide on it",
    ),
    Trap(
        name="hopeline_hours",
        pattern=r"\b(?:hopeline\w*|papyrus)\b[^.]*\b10 ?am\b",
        says="gives HOPELINE's old hours; HOPELINE247 answers day and night",
    ),
    Trap(
        name="shout_keyword",
        pattern=r"(?-i:\b(?!SHOUT\b)[A-Z]{2,}\b) to 85258\b",
        says="is a partner's keyword, which goes stale; write SHOUT to 85258",
    ),
    Trap(
        name="beat_hours",
        pattern=r"(?-i:\bBeat\b)[^.]*(?:\b9 ?(?:am)? ?(?:-|–|to) ?8|\b365\b|\bstudent ?line\b|"
        r"\byouth ?line\b|" + ALWAYS + ")",
        unless=NOT,
        says="is stale; Beat has one number for England, Monday to Friday, 3pm to 8pm",
    ),
    Trap(
        name="nspcc_hours",
        pattern=r"\bNSPCC\b[^.]*(?:" + ALWAYS + r"|\b8 ?am\b|\b10 ?pm\b)|"
        r"(?:" + ALWAYS + r")[^.]*\bNSPCC\b",
        unless=NOT + r"|\bweekdays\b|\bChildline\b",
        says="claims that the NSPCC Helpline is always open; it answers on weekdays, 10am to 4pm",
    ),
    Trap(
        name="youngminds_hours",
        pattern=r"\bYoungMinds\b[^.]*\b9(?:[:.]30)? ?(?:am)? ?(?:-|–|to) ?4",
        unless=r"\b6 ?pm\b|\b18\b",
        says="is stale: on Tuesdays and Wednesdays the line is open until 6pm",
    ),
    Trap(
        name="report_remove_adults",
        pattern=r"\bReport Remove (?:is |works |also )*(?:for|helps|takes)\b(?! anyone under)"
        r"[^.;:,]*\b(?:adults?|any(?:one|body) of any age|18 (?:or|and) over|over[ -]18s?|18\+)|"
        r"\b(?:adults?|18 (?:or|and) over|over[ -]18s?|18\+)(?: can| may| should)?[,:]? use "
        r"Report Remove\b",
        unless=NOT,
        says="offers Report Remove to adults; it is for under 18s",
    ),
    Trap(
        name="report_remove_owner",
        pattern=r"\b(?:CEOP|the police|police)(?:[’']s)?(?: tool|,)? (?:called )?Report Remove\b|"
        r"\bReport Remove\b[^.;,]*\b(?:run by|belongs to|tool of) (?:CEOP|the police)\b",
        says="gives Report Remove to the wrong body; Childline and the IWF run it",
    ),
    Trap(
        name="report_remove_age_proof",
        pattern=r"\b(?:under[ -]13s?|children under 13|everyone|all children)\b[^.]*"
        r"\b(?:prove|show|give proof of) their age\b|"
        r"\bYoti\b[^.]*\b(?:under[ -]13s?|everyone|all children)\b",
        unless=NOT,
        says="is wrong: 13 to 17 prove their age, under 13s are not asked",
    ),
    Trap(
        name="stopncii_children",
        pattern=r"\b(?:under[ -]18s?|under eighteen|child(?:ren)?|pupils?|teen\w*|young people)\b"
        r"[^.;:,]*\bStopNCII\b|\bStopNCII\b[^.;:,]*\b(?:child(?:ren)?|under[ -]18s?|young people|"
        r"pupils?|teen\w*)\b",
        unless=NOT + r"|\badults\b|\b18 (?:or|and) over\b",
        says="offers StopNCII to under 18s; it is for 18 and over: name Report Remove",
    ),
    Trap(
        name="stopncii_to_a_child",
        pattern=r"\bStopNCII\b",
        unless=r"\b18\b",
        readers=("child",),
        says="is for 18 and over; name Report Remove to a child",
    ),
    Trap(
        name="revenge_porn_helpline_children",
        pattern=r"\b(?:under[ -]18s?|child(?:ren)?|pupils?|teen\w*|young people)\b[^.;:,]*"
        r"\bRevenge Porn Helpline\b|\bRevenge Porn Helpline\b[^.;:,]*\b(?:any age|under[ -]18s?|"
        r"children)\b",
        unless=NOT + r"|\badults\b|\b18 (?:or|and) over\b",
        says="offers the Revenge Porn Helpline to under 18s; it is for 18 and over",
    ),
    Trap(
        name="take_it_down_adults",
        pattern=r"\bTake It Down\b[^.;]*\b(?:taken|made) (?:at|after|when|once)\b[^.;]*"
        r"\b(?:18|adults?|eighteen)\b(?![^.;]*StopNCII)",
        unless=r"\bunder 18\b|\bbefore\b|" + NOT,
        says="is for pictures taken under 18; for others name StopNCII",
    ),
    Trap(
        name="report_harmful_content_age",
        pattern=r"\bReport Harmful Content\b[^.;]*\b(?:any age|all ages|under[ -]13s?)\b",
        unless=NOT,
        says="is for 13 and over; say so",
    ),
    Trap(
        name="press_55_locates",
        pattern=r"\b55\b[^.;]*\b(?:locat\w+|where you are|find you|track\w*|trace\w*)\b",
        unless=NOT,
        says="claims that pressing 55 tells the police where you are; it does not",
    ),
    Trap(
        name="silent_call",
        pattern=r"\bsilent call\b[^.;]*\b(?:brings?|sends?|gets?|will bring|is enough|come)\b|"
        r"\b(?:stay silent|say nothing)\b[^.;]*\bpolice (?:will )?come\b",
        unless=NOT,
        says="claims that a silent call brings the police; say to press 55 on a mobile when asked",
    ),
    Trap(
        name="press_55_landline",
        pattern=r"\blandline\b[^.;]*\b55\b|\b55\b[^.;]*\blandline\b",
        unless=NOT,
        says="works on mobiles only; say so",
    ),
    Trap(
        name="press_55_without_mobile",
        pattern=r"\bpress(?:es|ing)? 55\b|\b999,? then 55\b",
        unless=r"\bmobiles?\b",
        within="text",
        says="works on mobiles only; say so beside it",
    ),
    Trap(
        name="emergency_sms",
        pattern=r"\btext(?:s|ing)?(?: to)? 999\b|\b999 by text\b|\bemergency ?SMS\b",
        unless=r"\bregist\w+|\bsigned? up\b",
        within="text",
        says="does not just work: say that the phone must be registered first",
    ),
    Trap(
        name="ofcom_removes_posts",
        pattern=r"\bOfcom\b[^.;]*\b(?:remov\w+|tak\w+ (?:\w+ ){0,4}down|delet\w+|settles?|"
        r"answers? (?:your|single|each))\b|\b(?:removed|taken down|deleted) by Ofcom\b",
        unless=NOT,
        says="claims that Ofcom acts on single posts; it does not: the platform comes first",
    ),
    Trap(
        name="weekday_services",
        pattern=r"\b(?:POSH|Report Harmful Content)\b[^.;]*(?:" + ALWAYS + r"|\burgent\w*|"
        r"\bemergenc\w+|\bat once\b|\bimmediately\b|\btonight\b)",
        unless=NOT + r"|\bweekdays\b",
        says="is a weekday service; don't give it as an urgent route",
    ),
    Trap(
        name="posh_for_professionals",
        pattern=r"\bPOSH\b|\bProfessionals Online Safety Helpline\b",
        readers=("child", "parent", "adult"),
        unless=r"\bprofessionals\b(?! Online)|\bstaff\b|\bschools?\b|\bteachers?\b",
        says="is for professionals only; take it out for this reader",
    ),
    Trap(
        name="old_kcsie",
        pattern=r"\b(?:KCSIE|Keeping Children Safe in Education)\b[^.;,\d]{0,12}\b"
        + OLD_YEAR
        + r"\b|\b"
        + OLD_YEAR
        + r" (?:edition of )?(?:KCSIE|Keeping Children Safe)",
        unless=PAST,
        says="is an old edition; that of 2026 has been in force since 1 September 2026",
    ),
    Trap(
        name="old_working_together",
        pattern=r"\bWorking Together\b[^.;,\d]{0,28}\b" + OLD_YEAR + r"\b",
        unless=PAST,
        says="is an old edition; name Working Together 2026",
    ),
    Trap(
        name="old_rshe",
        pattern=r"\bRSHE\b[^.;,\d]{0,24}\b(?:20[01]\d|202[0-4])\b",
        unless=PAST,
        says="is old guidance; that of July 2025 became mandatory on 1 September 2026",
    ),
    Trap(
        name="deepfake_law",
        pattern=r"\bdeepfakes?\b[^.;]*\b(?:will (?:soon )?(?:be|become) (?:a crime|illegal|"
        r"an offence)|(?:is|are) not (?:yet )?(?:a crime|illegal|an offence)|about to be banned)\b",
        says="is out of date: making one of an adult has been a crime since 6 February 2026",
    ),
    Trap(
        name="image_generator_law",
        pattern=r"\b(?:section 72|s\.? ?72|image[ -]generators?|AI tools (?:made|designed) for)\b"
        r"[^.;]*\b(?:in force|is now (?:a crime|illegal)|since)\b",
        unless=NOT + r"|\bunconfirmed\b|\bwhether\b",
        says="speaks of section 72 as in force, which is not confirmed",
    ),
    Trap(
        name="under_16_ban",
        pattern=r"\bunder[ -]?(?:16|sixteen)s?\b[^.;]*\b(?:now in force|is in force|are in force|"
        r"banned|not allowed|against the law|illegal|"
        r"(?:broke|breaks?|breaking|broken) (?:the|a) law)\b|"
        r"\b(?:ban|restriction|social media)\b[^.;]*\bunder[ -]?(?:16|sixteen)s?\b[^.;]*"
        r"\b(?:in force|applies|law now)\b",
        unless=r"\bnot in force\b|\bnot commenced\b|\bnobody\b|\bdoes not\b|\bexpected\b|"
        r"\bimages? of\b|\bsex\w*|\bnudes?\b",
        says="speaks of the under-16 restriction as in force; it was announced in June 2026 only",
    ),
    Trap(
        name="thirteen_is_the_law",
        pattern=r"\b(?:13|thirteen)\b[^.;]*\b(?:is (?:the )?law|by law|legal (?:age|minimum|limit)|"
        r"against the law|illegal|law says)\b|\blaw\b[^.;]*\b(?:be|is|under|of) (?:13|thirteen)\b",
        unless=NOT + r"|\bsexual\b",
        says="is imprecise: 13 is the platforms' own rule and the age of consent to data use",
    ),
    Trap(
        name="iwf_remit",
        pattern=r"\bIWF\b[^.;]*\b(?:obscen\w+|adult (?:porn\w*|content)|terror\w*|extremis\w+|"
        r"race hate|racial hatred)\b",
        unless=NOT,
        says="is outside the IWF's remit, which is child sexual abuse imagery; terrorism goes to "
        "ACT",
    ),
    Trap(
        name="childline_age",
        pattern=r"\bChildline\b[^.;,]*\b(?:for adults|for parents|for any age|for everyone|"
        r"up to 25|under 25s?|for you as a parent)\b",
        unless=NOT + r"|\bunder 19\b",
        says="is for under 19s; name the NSPCC Helpline or Samaritans to adults",
    ),
    Trap(
        name="nspcc_to_a_child",
        pattern=r"\bNSPCC\b|0808 ?800 ?5000",
        readers=("child",),
        unless=r"\b(?:adults?|grown-ups?|parents?)\b",
        says="is for adults; give a child Childline",
    ),
    Trap(
        name="lado_number",
        pattern=r"\bLADO\b[^.;]{0,60}\b0\d{2,4}[ -]?\d{3}",
        says="gives a LADO's number here; it belongs in the council's file, from the council",
    ),
)
