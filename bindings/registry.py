"""The functions, in the order of the reference: the one list from which all others come."""

from collections.abc import Mapping
from types import MappingProxyType

from bindings.function import Function
from bindings.handlers.entities import ENSURE_CRM_ENTITY
from bindings.handlers.entries import CLEAR_CRM_ENTRIES, CREATE_CRM_ENTRY, GET_CRM_ENTRIES, REASSIGN_CRM_REFERENCE
from bindings.handlers.fields import (
    ADD_CRM_FIELD_VALUE,
    GET_CRM_FIELD,
    GET_CRM_FIELD_VALUES,
    GET_CRM_FIELDS,
    SET_CRM_FIELD,
    SET_CRM_FIELDS,
)
from bindings.handlers.moves import MOVE_CRM_LEAD, MOVE_CRM_TO_ENTITY, MOVE_CRM_TO_PIPELINE, MOVE_CRM_TO_STAGE
from bindings.handlers.relations import REMOVE_CRM_RELATION, SET_CRM_RELATION

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for function in (
            ENSURE_CRM_ENTITY,
            CREATE_CRM_ENTRY,
            GET_CRM_ENTRIES,
            GET_CRM_FIELD,
            GET_CRM_FIELDS,
            SET_CRM_FIELD,
            SET_CRM_FIELDS,
            ADD_CRM_FIELD_VALUE,
            GET_CRM_FIELD_VALUES,
            CLEAR_CRM_ENTRIES,
            SET_CRM_RELATION,
            REMOVE_CRM_RELATION,
            MOVE_CRM_LEAD,
            MOVE_CRM_TO_STAGE,
            MOVE_CRM_TO_PIPELINE,
            MOVE_CRM_TO_ENTITY,
            REASSIGN_CRM_REFERENCE,
        )
    }
)
"""Canonical name to function."""

BY_EITHER_NAME: Mapping[str, Function] = MappingProxyType(
    {name: function for function in FUNCTIONS.values() for name in (function.name, function.other_name)}
)
"""The function that answers to a name, in whichever spelling."""
