"""What people of the fictional town say, in their own words, and what the service calls it. Nobody is real."""

from __future__ import annotations

# The seven issues behind "rent arrears" and what stands beside them at a housing desk (report lines 223-231, 697).
HOUSING = {
    "managing money": (
        "I need help to manage my finances, it never lasts the month",
        "I open the envelopes and I don't know where to start",
        "I'm two months behind and I'm frightened to answer the phone",
    ),
    "benefits": (
        "My benefits have stopped and I don't know why",
        "I want to claim benefits",
        "They changed my housing benefit and now I can't pay the rent",
    ),
    "getting back to work": (
        "I need help to get back to work, I don't want to live like this",
        "I lost my job and the rent has got away from me",
    ),
    "a more suitable home": (
        "I need a more suitable home, I can't manage the stairs any more",
        "There are five of us in two rooms",
        "I'd like to move, I can't look after the garden any more",
    ),
    "coping after a break-up": (
        "My relationship has broken down and I need help to cope on my own",
        "He's left and the tenancy is in his name",
    ),
    "alcohol or drugs": (
        "I need help with my drinking before I lose the flat",
        "I've been clean for a month and I need somewhere away from here",
    ),
    "affordable childcare": (
        "I could pay the rent if I could find childcare I can afford",
        "I turned down shifts because there's nobody to mind the baby",
    ),
    "an insecure home": (
        "I'm having trouble with my landlord",
        "I've had a letter to be out by the end of the month",
        "I'm sleeping on my sister's settee and she needs it back",
    ),
}
HOUSING_SHARES = (0.20, 0.17, 0.10, 0.19, 0.08, 0.06, 0.05, 0.15)

CARE = {
    "basic care at home": (
        "My relative is having trouble with basic care",
        "I can't get in and out of the bath on my own any more",
        "Mum had a fall and she's frightened of the stairs now",
    ),
    "mental health": (
        "I'm depressed because I've lost my job",
        "I can't stop the thoughts and I need somebody to talk to",
    ),
    "alcohol or drugs": (
        "I want to stop drinking and I can't do it on my own",
        "My son is using again and I don't know where to turn",
    ),
    "abuse at home": (
        "I need him to stop, and I need somewhere the children can sleep",
        "It has started again and I don't want to fill in another form",
    ),
    "lonely or bereaved": (
        "My wife has died and I'm lonely",
        "I haven't spoken to anybody since Sunday",
    ),
    "coping with children": (
        "I can't cope with my children",
        "I need help with my young son",
        "The school keeps ringing and I don't know what to do with him",
    ),
    "back on my feet after illness": (
        "I've been ill and need help to get back on my feet",
        "They sent me home from hospital and there's nobody here",
    ),
    "respite for a carer": (
        "I look after my husband and I just need a night's sleep",
        "I've cared for her for six years and I'm worn out",
    ),
}
CARE_SHARES = (0.24, 0.16, 0.11, 0.08, 0.10, 0.12, 0.12, 0.07)
ISSUES = (HOUSING, CARE)
SHARES = (HOUSING_SHARES, CARE_SHARES)
PRESENTED = (
    (("rent arrears", 0.45), ("housing application", 0.40), ("tenancy enquiry", 0.15)),
    (("request for assessment", 0.45), ("new referral", 0.35), ("general enquiry", 0.20)),
)

# What people say when they have to ask again, by type of failure demand (report line 292).
AGAIN = {
    "asked again for the same problem": (
        "I came about this before and nothing has changed",
        "I've explained all this twice already, to two different people",
        "It's still the same, only worse",
        "You closed it, but I still need help",
    ),
    "progress chase": (
        "What is happening to my case?",
        "Somebody was going to ring me back three weeks ago",
        "I'm still waiting to hear about my assessment",
    ),
    "could not understand a form or letter": (
        "I don't understand how to fill in the form",
        "I've had a letter and I can't tell what it wants me to do",
    ),
    "wrong or incomplete": (
        "You've got the wrong person on this letter",
        "They fitted the rail on the wrong side",
        "The amount is wrong again",
    ),
    "passed on": (
        "They told me to come to you",
        "I've been sent from one place to another all week",
    ),
    "appeal or rework": (
        "I want to appeal, this can't be right",
        "They turned me down and nobody came to see how I live",
    ),
}
AGAIN_SHARES = (0.40, 0.25, 0.08, 0.10, 0.12, 0.05)

# Issues found where somebody sat down with the person (Stoke, report line 697); several at once.
UNDERLYING = (
    ("employment", 0.67), ("managing finances", 0.67), ("benefits and credits", 0.42), ("suitability of housing", 0.33),
    ("insecurity over housing", 0.29), ("distance from family and friends", 0.25), ("drug or alcohol dependency", 0.25),
)  # fmt: skip
