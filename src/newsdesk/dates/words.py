"""The words that date things, in English and French, read into one form without language.

`read` says what kind of expression stands there and which parts it has; `newsdesk.dates.resolve` reckons with them.
A pattern stands for the whole expression: what is not listed is not understood, and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from newsdesk.errors import DataError

LANGUAGES = {"en": "English", "fr": "French"}


@dataclass(frozen=True)
class Reading:
    """An expression taken apart: its kind, and its parts by name."""

    kind: str
    parts: dict[str, str]

    def __getitem__(self, name: str) -> str:
        """Return a part, or empty text."""
        return self.parts.get(name, "")

    def number(self, name: str) -> int | None:
        """Return a part as a number, or None where the expression has no such part."""
        return int(self.parts[name]) if name in self.parts else None


def _words(text: str, *, start: int = 0) -> dict[str, str]:
    """Number the entries of a list; `|` parts spellings of one entry."""
    return {form: str(i) for i, entry in enumerate(text.split(), start) for form in entry.split("|")}


# what a word of either language means; a group of a pattern is looked up under its own name
_MEANING: dict[str, dict[str, dict[str, str]]] = {
    "en": {
        "weekday": _words(
            "monday|mon tuesday|tues|tue wednesday|wed thursday|thurs|thu friday|fri saturday|sat sunday|sun"
        ),
        "month": _words(
            "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sept|sep "
            "october|oct november|nov december|dec",
            start=1,
        ),
        "n": _words("a|an|one two three four five six seven eight nine ten eleven twelve", start=1),
        "unit": {f + s: f for f in ("day", "week", "month", "year") for s in ("", "s")},
        "which": {"last": "-1", "past": "-1", "previous": "-1", "this": "0"}
        | {"next": "1", "coming": "1", "following": "1"},
        "part": {"early": "early", "beginning of": "early", "start of": "early", "mid": "mid", "middle of": "mid"}
        | {"late": "late", "end of": "late"},
        "nth": _words("first second third fourth", start=1),
        "share": {"quarter": "3", "half": "6"},
        "sign": {"ago": "-1", "earlier": "-1", "before": "-1", "in": "1", "later": "1", "after": "1"},
        "order": {"earlier": "-1", "later": "1"},
        "than": {"more than": "more", "over": "more", "at least": "more", "less than": "less", "under": "less"},
    },
    "fr": {
        "weekday": _words("lundi mardi mercredi jeudi vendredi samedi dimanche"),
        "month": _words(
            "janvier|janv fevrier|fevr|fev mars avril|avr mai juin juillet|juil aout septembre|sept octobre|oct "
            "novembre|nov decembre|dec",
            start=1,
        ),
        "n": _words("un|une deux trois quatre cinq six sept huit neuf dix onze douze", start=1) | {"quinze": "15"},
        "unit": {
            "jour": "day",
            "jours": "day",
            "journee": "day",
            "semaine": "week",
            "semaines": "week",
            "mois": "month",
        }
        | {"an": "year", "ans": "year", "annee": "year", "annees": "year"},
        "which": {"dernier": "-1", "derniere": "-1", "passe": "-1", "passee": "-1", "precedent": "-1"}
        | {"precedente": "-1", "ce": "0", "cette": "0", "prochain": "1", "prochaine": "1", "suivant": "1"}
        | {"suivante": "1"},
        "part": {"debut": "early", "mi": "mid", "milieu": "mid", "fin": "late"},
        "nth": _words("premier|1er deuxieme|second|2e troisieme|3e quatrieme|4e", start=1),
        "share": {"trimestre": "3", "semestre": "6"},
        "sign": {"il y a": "-1", "plus tot": "-1", "auparavant": "-1", "avant": "-1"}
        | {"dans": "1", "plus tard": "1", "apres": "1"},
        "order": {"plus tot": "-1", "plus tard": "1"},
        "than": {"plus de": "more", "au moins": "more", "moins de": "less"},
    },
}

# days from the anchor, first and last
_DAY_WORDS = {
    "en": {
        "today|this morning|this afternoon|this evening|earlier today|later today|tonight": (0, 0),
        "yesterday|yesterday morning|yesterday evening|day before|previous day": (-1, -1),
        "tomorrow|day after|next day|following day": (1, 1),
        "day before yesterday": (-2, -2),
        "day after tomorrow": (2, 2),
        "last night|overnight": (-1, 0),
    },
    "fr": {
        "aujourd'hui|ce matin|cet apres-midi|ce soir": (0, 0),
        "hier|hier matin|hier soir|veille|jour precedent": (-1, -1),
        "demain|demain matin|demain soir|lendemain|jour suivant": (1, 1),
        "avant-hier|avant-veille": (-2, -2),
        "apres-demain|surlendemain": (2, 2),
    },
}

_LEAD = {
    "en": r"(?:on|in|at|the|during|of)\s+",
    "fr": r"(?:(?:le|la|les|en|au|aux|a|dans|courant|du|de|des|ce|cette)\s+|l'|d')",
}

_YEAR, _DAY = r"(?P<year>\d{4})", r"(?P<day>\d{1,2})"
_NUMERIC = [
    ("day", r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})"),
    ("month", r"(?P<year>\d{4})-(?P<month>\d{2})"),
    ("numeric", r"(?P<one>\d{1,2})[/.](?P<two>\d{1,2})[/.](?P<year>\d{4})"),
    ("day", r"(?P<day>\d{1,2})(?:st|nd|rd|th|er)? <month> (?P<year>\d{4})"),
]

# the kinds and their forms; <weekday> stands for a group of that name with the words above
_FORMS: dict[str, list[tuple[str, str]]] = {
    "en": [
        *_NUMERIC,
        ("day", rf"(?:<weekday> )?(?:the )?{_DAY}(?:st|nd|rd|th)? (?:of )?<month>(?: {_YEAR})?"),
        ("day", rf"(?:<weekday> )?<month> {_DAY}(?:st|nd|rd|th)?(?: {_YEAR})?"),
        ("month", rf"(?:<part>[ -](?:the )?)?<month>(?: (?:of )?{_YEAR})?"),
        ("month of year", r"(?:<part>[ -])?<month> (?:of )?<which> year"),
        ("which month", r"<which> <month>"),
        ("year", rf"(?:from )?(?:<part>[ -])?{_YEAR}"),
        ("decade", r"(?:<part>[ -](?:the )?)?(?P<decade>\d{3}0)s"),
        ("share", rf"<nth> <share> of {_YEAR}"),
        ("weekday", r"(?:(?:early|late|earlier|later)(?: on)? )?<weekday>(?: (?:morning|afternoon|evening|night))?"),
        ("which weekday", r"(?P<which>last|next|past) <weekday>(?: (?:morning|afternoon|evening|night))?"),
        ("weekday of week", r"this <weekday>(?: (?:morning|afternoon|evening|night))?"),
        ("weekday of week", r"<weekday> (?:of )?<which> week"),
        ("unit", r"<which> (?P<unit>week|month|year)"),
        ("part of unit", r"<part>[ -](?:(?:the|<which>) )?(?P<unit>week|month|year)"),
        ("order", r"<order> (?:in )?(?:this|the) (?P<unit>week|month|year)"),
        ("count", r"<n> <unit> (?P<sign>ago|earlier|before|later|after)"),
        ("count", r"(?P<sign>in) <n> <unit>"),
        ("vague count", r"(?:several|some|many|a few|a couple of) <unit> (?P<sign>ago|earlier|before|later|after)"),
        ("than", r"<than> <n> <unit> (?P<sign>ago|earlier|before)"),
        ("lately", r"(?:over|in|during|for|within) the (?:last|past) <n> <unit>"),
        ("past", r"recently|lately|the other day|previously|earlier|in the past"),
        ("past", r"(?:in|over) (?:recent|the past|the last) <unit>"),
        ("future", r"soon|shortly|in the future|(?:in|over) the (?:coming|next) <unit>"),
        ("since", r"(?:ever )?since (?P<inner>.+)"),
        ("within", r"within <n> <unit>"),
        ("by unit", r"by (?:the )?end of the (?P<unit>week|month|year)"),
        ("by", r"by (?:the )?(?:end of )?(?P<inner>.+)"),
        ("before", r"before (?P<inner>.+)"),
        ("after", r"after (?P<inner>.+)"),
        ("until", r"(?:until|till|up to) (?P<inner>.+)"),
        ("from", r"from (?P<inner>.+?) (?:on|onwards?)"),
        ("not before", r"not before (?P<inner>.+)"),
        ("range", r"(?:between (?P<a>.+?) and|from (?P<c>.+?) (?:to|until)) (?P<b>.+)"),
        ("seen", r"now|currently|ongoing|still|for now|under ?way|at present"),
        ("seen long", r"for (?:many |several |some )?(?P<unit>years)"),
        (
            "season",
            rf"(?:last |this |next )?(?:early |late |mid-)?(?:spring|summer|autumn|fall|winter)(?: (?:of )?{_YEAR})?",
        ),
        (
            "often",
            r"(?:every|each) .+|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)days|often|regularly|again and again",
        ),
        ("length", r"(?:for |during )?(?:<n>|several|some|a few) <unit>"),
        ("pointer", r"time|then|that (?:day|week|month|year)|later|afterwards|meanwhile|at that time|at the same time"),
    ],
    "fr": [
        *_NUMERIC,
        ("day", rf"(?:<weekday> )?(?:le )?{_DAY}(?:er)? <month>(?: {_YEAR})?"),
        ("month", rf"(?:<part>(?:-| (?:de |du mois de |d')?))?(?:mois de |mois d')?<month>(?: {_YEAR})?"),
        ("which month", r"<month> (?P<which>dernier|prochain)"),
        ("month of year", r"(?:<part>(?:-| ))?<month> (?:de )?l'(?:an|annee) <which>"),
        ("year", rf"(?:<part>(?:-| (?:de )?))?{_YEAR}"),
        ("decade", r"(?:<part> des )?(?:annees )(?P<decade>\d{3}0)"),
        ("share", rf"<nth> <share> (?:de )?{_YEAR}"),
        ("weekday", r"<weekday>(?: (?:matin|apres-midi|soir))?"),
        ("which weekday", r"<weekday>(?: (?:matin|apres-midi|soir))? (?P<which>dernier|passe|prochain)"),
        ("weekday of week", r"(?P<which>ce) <weekday>(?: (?:matin|apres-midi|soir))?"),
        ("weekday of week", r"<weekday> de (?:la semaine <which>|cette semaine)"),
        ("night", r"cette nuit|nuit derniere"),
        ("unit", r"(?P<unit>semaine|mois|an|annee) <which>|(?P<unit2>cette semaine|ce mois(?:-ci)?|cette annee)"),
        ("part of unit", r"<part> (?:du |de |de la |de l')(?P<unit>semaine|mois|annee)(?: <which>)?"),
        ("order", r"<order> (?:dans |ce |cette )?(?:la |le |l')?(?P<unit>semaine|mois|annee)(?:-ci)?"),
        ("count", r"(?P<sign>il y a|dans) <n> <unit>"),
        ("count", r"<n> <unit> (?P<sign>plus tot|plus tard|auparavant|avant|apres)"),
        ("vague count", r"(?P<sign>il y a) (?:plusieurs|quelques|des) <unit>"),
        ("vague count", r"(?:plusieurs|quelques|des) <unit> (?P<sign>plus tot|plus tard|auparavant|avant|apres)"),
        ("than", r"(?P<sign>il y a) <than> <n> <unit>"),
        ("lately", r"(?:ces|les|au cours des|depuis les) <n> (?:derniers|dernieres) <unit>"),
        ("lately", r"depuis <n> <unit>"),
        ("past", r"recemment|dernierement|il y a peu|il y a longtemps|par le passe"),
        ("past", r"(?:ces|les) (?:derniers|dernieres) (?:temps|<unit>)"),
        (
            "future",
            r"bientot|prochainement|sous peu|a l'avenir|(?:dans |ces |les )(?:les )?(?:prochains|prochaines) <unit>",
        ),
        ("seen long", r"depuis (?:plusieurs|des|quelques) (?P<unit>annees)"),
        ("since", r"depuis (?P<inner>.+)"),
        ("within", r"d'ici (?:a )?<n> <unit>"),
        ("by unit", r"d'ici (?:a )?la fin (?:de la |du |de l')(?P<unit>semaine|mois|annee)"),
        ("by", r"d'ici (?:a )?(?:la )?(?:fin )?(?:de )?(?P<inner>.+)"),
        ("before", r"avant (?P<inner>.+)"),
        ("after", r"apres (?P<inner>.+)"),
        ("until", r"jusqu'(?:a |en |au )(?P<inner>.+)"),
        ("from", r"a partir (?:de |du |d')(?P<inner>.+)"),
        ("not before", r"pas avant (?P<inner>.+)"),
        ("range", r"(?:entre (?P<a>.+?) et|(?:de|du) (?P<c>.+?) (?:a|au)) (?P<b>.+)"),
        ("seen", r"maintenant|actuellement|en cours|toujours|encore|pour l'instant|a present"),
        ("season", rf"(?:printemps|ete|automne|hiver)(?: dernier| prochain)?(?: {_YEAR})?"),
        ("often", r"(?:tous|toutes) les .+|chaque .+|souvent|regulierement"),
        ("length", r"(?:pendant |durant )?(?:<n>|plusieurs|quelques|des) <unit>"),
        ("pointer", r"epoque|alors|ce jour-la|cette (?:semaine|annee)-la|plus tard|ensuite|moment|entre-temps"),
    ],
}


def normalised(expression: str) -> str:
    """Return an expression with small letters, plain apostrophes and hyphens, no accents, one space a gap.

    Examples
    --------
    >>> normalised("Aujourd’hui,  le 1er FÉVRIER")
    "aujourd'hui le 1er fevrier"
    """
    plain = unicodedata.normalize("NFD", expression.casefold().replace("\u2019", "'").replace("\u2010", "-"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).replace(",", " ")
    return " ".join(re.sub(r"(?<=[a-z])\.", " ", plain).split())


@cache
def _patterns(language: str) -> list[tuple[str, re.Pattern[str]]]:
    groups = {
        name: f"(?P<{name}>{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))}"
        + (r"|\d{1,3})" if name == "n" else ")")
        for name, words in _MEANING[language].items()
    }
    return [
        (kind, re.compile(re.sub(r"(?<!\?P)<(\w+)>", lambda m: groups[m[1]], form))) for kind, form in _FORMS[language]
    ]


def read(expression: str, language: str) -> Reading:
    """Take an expression apart.

    Parameters
    ----------
    expression
        As it stands in the text: ``"On Wednesday"``, ``"fin juin"``.
    language
        ``"en"`` or ``"fr"``.

    Raises
    ------
    DataError
        When it is empty, or none of the expressions of that language.

    Examples
    --------
    >>> read("last Friday", "en")
    Reading(kind='which weekday', parts={'which': '-1', 'weekday': '4'})
    """
    text = normalised(expression)
    if not text:
        raise DataError(
            "The expression is empty. Give the words that date something; where there are none, write a bound."
        )
    bare = re.sub(rf"^(?:{_LEAD[language]})+", "", text)
    for words, offsets in _DAY_WORDS[language].items():
        if text in words.split("|") or bare in words.split("|"):
            return Reading("day word", {"first": str(offsets[0]), "last": str(offsets[1])})
    for form in dict.fromkeys((text, bare)):
        for kind, pattern in _patterns(language):
            if match := pattern.fullmatch(form):
                return Reading(kind, _meanings(match.groupdict(), language))
    raise DataError(
        f"{expression!r} is not one of the {LANGUAGES[language]} expressions that the kit can reckon with. Give the "
        "words of the date alone, without their sentence; else work the date out by hand."
    )


def _meanings(groups: dict[str, str | None], language: str) -> dict[str, str]:
    """Return a match's parts with their words looked up."""
    found = {}
    for name, word in groups.items():
        if word is not None:
            found[name] = _MEANING[language].get(name, {}).get(word, word)
    if "unit2" in found:  # cette semaine, ce mois-ci, cette annee
        noun = found.pop("unit2").split()[1].removesuffix("-ci")
        found |= {"unit": _MEANING[language]["unit"][noun], "which": "0"}
    return found
