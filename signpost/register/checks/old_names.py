"""Names and addresses that are out of date, but stand in most lists."""

from __future__ import annotations

from signpost.register.checks.trap import NOT, PAST, Trap

OLD_NAMES = (
    Trap(
        name="thinkuknow",
        pattern=r"\bthink ?u ?know\b(?!\.co)",
        unless=PAST,
        on_old_cards=True,
        says="is the old name of CEOP Education; write CEOP Education",
    ),
    Trap(
        name="thinkuknow_address",
        pattern=r"\bthinkuknow\.co\.uk\b",
        says="has moved; write ceopeducation.co.uk",
    ),
    Trap(
        name="ceop_centre",
        pattern=r"\bCEOP Cent(?:re|er)\b",
        unless=PAST,
        says="is an old name; write CEOP",
    ),
    Trap(
        name="ceop_address",
        pattern=r"\bceop\.(?:police|gov)\.uk(?!/Safety-Centre/)\S*|\bceop\.org\.uk\S*|"
        r"/(?:ceop-report|reportabuse|report-abuse)\b(?=.*)",
        says="is an old address of CEOP; refer to {ceop-safety-centre.url}",
    ),
    Trap(
        name="ukccis",
        pattern=r"\bUKCCIS\b|\bCouncil for Child Internet Safety\b",
        unless=PAST,
        on_old_cards=True,
        says="is UKCIS's old name; write UKCIS",
    ),
    Trap(
        name="sexting_in_schools",
        pattern=r"\bsexting in schools\b|\bsexting (?:guidance|advice)\b",
        unless=PAST,
        on_old_cards=True,
        says="was replaced by 'Sharing nudes and semi-nudes'; name that",
    ),
    Trap(
        name="dead_resources",
        pattern=r"\bkidsmart\b|\bdigizen\b|\bknow it all\b|\bcarphone warehouse\b|\be2bn\b",
        unless=PAST,
        on_old_cards=True,
        says="is dead or cannot be confirmed; name Childnet, CEOP Education or Internet Matters",
    ),
    Trap(
        name="action_fraud",
        pattern=r"\baction ?fraud\b(?!\.police)",
        unless=PAST,
        on_old_cards=True,
        says="was replaced by Report Fraud; write Report Fraud",
    ),
    Trap(
        name="action_fraud_address",
        pattern=r"\bactionfraud\.police\.uk\b",
        says="has moved; write reportfraud.police.uk",
    ),
    Trap(
        name="hopelineuk",
        pattern=r"\bhopeline ?uk\b",
        unless=PAST,
        says="is now PAPYRUS HOPELINE247; write that",
    ),
    Trap(
        name="gambleaware",
        pattern=r"\bbegambleaware\.org\b|\b(?:call|ring|phone)(?: the)? GambleAware\b|"
        r"\bGambleAware (?:helpline|on 0)",
        unless=PAST,
        says="is no helpline and its old address moved; name GamCare",
    ),
    Trap(
        name="the_mix_phone",
        pattern=r"\b(?:call|ring|phone)(?: on)? The Mix\b|\bThe Mix\b[^.]{0,30}\b0\d",
        unless=NOT,
        says="has no confirmed phone line; link to its site only",
    ),
    Trap(
        name="lscb",
        pattern=r"\bLSCBs?\b|\blocal safeguarding children boards?\b",
        unless=PAST,
        says="no longer exists; name the safeguarding children partnership",
    ),
    Trap(
        name="lscb_address",
        pattern=r"\b(?:peterboroughlscb|safeguardingpeterborough|cambslscb)\.(?:org|co)\.uk\b",
        says="is an address of a board that no longer exists; use the partnership's site",
    ),
    Trap(
        name="twitter",
        pattern=r"\bTwitter\b(?!\.com)",
        unless=r"\bX\b",
        says="is now X; write X",
    ),
    Trap(
        name="twitter_address",
        pattern=r"\btwitter\.com\b",
        says="has moved; write help.x.com",
    ),
    Trap(
        name="moved_report_pages",
        pattern=r"\bsupport\.snapchat\.com\b|\bdis\.gd\b|\bdiscord\.com/safety\b",
        says="has moved; refer to the platform's entry, as in {report-snapchat.url}",
    ),
    Trap(
        name="omegle",
        pattern=r"\bomegle\b",
        unless=PAST,
        on_old_cards=True,
        says="closed in November 2023; don't speak of it as running",
    ),
    Trap(
        name="national_police_service",
        pattern=r"\bNational Police Service\b",
        unless=r"\b(?:may|might|proposed|proposal|planned|white paper)\b",
        says="does not exist yet; CEOP is part of the National Crime Agency",
    ),
    Trap(
        name="missing_name",
        pattern=r"^\s*[-–•]\s*(?:provides|offers|gives|helps)\b",
        within="text",
        says="starts without the name of the organisation; find out which, don't guess",
    ),
)
