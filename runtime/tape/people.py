"""Tapes without the people in them: names, addresses, numbers and ids of customers as stand-ins that look like them."""

from collections.abc import Iterator

from runtime.tape.model import Tape
from runtime.tape.redacting import with_stand_ins
from runtime.tape.stand_ins import EMAIL, PHONE, StandIns, found_in, shaped, texts_of
from storage.models import Json

PERSONAL_KEYS = (
    *("*mail*", "name", "*first*name*", "*last*name*", "full*name", "user*name", "*surname*", "customer*name"),
    *("*phone*", "*mobile*", "tel", "fax", "*address*", "*street*", "*zip*", "*post*code*", "*birth*", "ip", "ip6"),
)
"""What keys of personal data are called."""
PERSONAL_TYPES = ("email", "phone")
CUSTOMER = "customer"


def without_people(tape: Tape) -> Tape:
    """A tape with a stand-in for each person's datum, the same one for the same datum."""
    plain: Json = tape.model_dump(mode="json")
    stand_ins = StandIns(keep="\n".join([tape.source, *tape.modules.values()]))
    for id_ in _customer_ids(tape):
        stand_ins.add(id_, CUSTOMER, lambda number: f"c_{number}")
    data = [plain["session"], plain["request"], [call["arguments"] for call in plain["calls"]]]
    texts = [*texts_of([*data, [call["answer"] for call in plain["calls"]], plain["outcome"]])]
    for pattern in (EMAIL, PHONE):
        for found in found_in(texts, pattern):
            stand_ins.add(found, *shaped(found, "person"))
    return with_stand_ins(tape, (*PERSONAL_KEYS, *_typed_keys(tape)), stand_ins, "person")


def _customer_ids(tape: Tape) -> Iterator[str]:
    known = [tape.session.customer_id, *(call.customer_id for call in tape.calls), tape.outcome.customer_id]
    for call in tape.calls:
        if call.name == "session.setCustomer" and isinstance(call.answer, dict):
            known.append(call.answer.get("id"))
        shown = [one for one in call.answer if isinstance(one, dict)] if isinstance(call.answer, list) else []
        known += [one.get("reference_id") for one in shown if one.get("reference_type") == CUSTOMER]
    yield from dict.fromkeys(id_ for id_ in known if isinstance(id_, str))


def _typed_keys(tape: Tape) -> Iterator[str]:
    """Keys of fields that are defined as a person's data in the run."""
    for call in tape.calls:
        fields = call.arguments.get("fields") if isinstance(call.arguments, dict) else None
        for one in fields if isinstance(fields, list) else ():
            if isinstance(one, dict) and one.get("type") in PERSONAL_TYPES and isinstance(one.get("key"), str):
                yield one["key"]
