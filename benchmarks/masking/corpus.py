"""The corpus: every template with values, the same on every machine and in every run.

The two halves share no template, no seed, and neither secret keys nor vendors nor countries of ids. Who tunes the
masker looks at the dev half only.
"""

import importlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from cases import CLASS_OF, CORE, HARD, Case
from rendering import case_of
from values import Values

FOLDERS = {"dev": "templates", "unseen": "unseen"}
MODULES = {
    "dev": (
        *(
            "secret_keys",
            "secret_forms",
            "secret_more",
            "secret_languages",
            "pii_contact",
            "pii_numbers",
            "wider",
        ),
        *("negatives_words", "negatives_numbers", "negatives_lines", "negatives_wider"),
    ),
    "unseen": (
        *("secret_keys", "secret_forms", "secret_places", "pii_contact", "pii_numbers"),
        *("negatives_words", "negatives_numbers", "negatives_lines"),
    ),
}
SEEDS = {"dev": 20261121, "unseen": 7_301_977}
# About how many cases an entity has; a template has at least two.
USUAL = {"dev": 110, "unseen": 55}
WANTED = {
    "dev": {"KEY": 1000, "VENDOR_TOKEN": 300, "EMAIL": 330, "PHONE": 280, "CARD": 170, "NATIONAL_ID": 260, "IP": 180, "NONE": 2000},
    "unseen": {"KEY": 350, "VENDOR_TOKEN": 180, "EMAIL": 170, "PHONE": 140, "CARD": 90, "NATIONAL_ID": 140, "IP": 90, "NONE": 850},
}  # fmt: skip
HARD_EACH = 6


class Template(NamedTuple):
    name: str
    entity: str
    kind: str
    tier: str
    spec: Any


@cache
def cases(half: str) -> tuple[Case, ...]:
    """All cases of *half*, ``dev`` or ``unseen``."""
    values = Values(SEEDS[half], unseen=half == "unseen")
    found = list(templates(half))
    repeats = _repeats(found, half)
    return tuple(
        case_of(
            f"{template.name}/{turn}", template.entity, template.kind, template.tier, template.spec, values
        )
        for template in found
        for turn in range(repeats(template))
    )


def templates(half: str) -> Iterator[Template]:
    """Every template of *half*, with a name of its own."""
    for module in MODULES[half]:
        held = importlib.import_module(f"{FOLDERS[half]}.{module}")
        for tier, table in ((CORE, held.TEMPLATES), (HARD, held.HARD)):
            for (entity, kind), specs in table.items():
                assert entity in CLASS_OF, entity
                for number, spec in enumerate(specs):
                    yield Template(
                        f"{entity}/{kind}/{module}.{number}{'' if tier == CORE else 'h'}",
                        entity,
                        kind,
                        tier,
                        spec,
                    )


def _repeats(found: list[Template], half: str) -> Callable[[Template], int]:
    counts = Counter(template.entity for template in found if template.tier == CORE)

    def repeats(template: Template) -> int:
        if template.tier == HARD:
            return HARD_EACH
        wanted = WANTED[half].get(template.entity, USUAL[half])
        return max(2, -(-wanted // counts[template.entity]))

    return repeats
