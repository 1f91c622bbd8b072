-- Every statement of the SQLite engine, by name. ?1, ?2, … are the parameters in the order of the brackets.
-- Entries are always read as: id, entity_id, reference_type, reference_id, sequence, title, values_json, pipeline_id,
-- stage_id, created_at_ms, updated_at_ms.

-- Definitions

-- name: next_id (brand, kind)
INSERT INTO counters (brand, kind, last_id)
VALUES (?1, ?2, 1)
ON CONFLICT (brand, kind) DO UPDATE SET last_id = last_id + 1
RETURNING last_id

-- name: entity_head (brand, slug)
SELECT id, revision FROM entities WHERE brand = ?1 AND slug = ?2

-- name: entities_of_brand (brand)
SELECT slug, id, revision FROM entities WHERE brand = ?1 ORDER BY id

-- name: entity_by_id (brand, id)
SELECT id, slug, name, singular_name, plural_name, icon, color, mode, revision
FROM entities
WHERE brand = ?1 AND id = ?2

-- name: insert_entity (brand, id, slug, name, singular_name, plural_name, icon, color, mode)
INSERT INTO entities (brand, id, slug, name, singular_name, plural_name, icon, color, mode, revision)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)

-- name: raise_revision (brand, id)
UPDATE entities SET revision = revision + 1 WHERE brand = ?1 AND id = ?2

-- name: fields_of_entity (brand, entity_id)
SELECT key, label, type, ui_editable, options_json, reporting_config_json, target_entity_id
FROM fields
WHERE brand = ?1 AND entity_id = ?2
ORDER BY position

-- name: insert_field (brand, entity_id, key, position, label, type, ui_editable, options_json, reporting_config_json, target_entity_id)
INSERT INTO fields (
    brand, entity_id, key, position, label, type, ui_editable, options_json, reporting_config_json, target_entity_id
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)

-- name: pipelines_of_entity (brand, entity_id)
SELECT id, slug, name, position FROM pipelines WHERE brand = ?1 AND entity_id = ?2 ORDER BY position

-- name: insert_pipeline (brand, id, entity_id, slug, name, position)
INSERT INTO pipelines (brand, id, entity_id, slug, name, position) VALUES (?1, ?2, ?3, ?4, ?5, ?6)

-- name: stages_of_pipeline (brand, pipeline_id)
SELECT id, slug, name, color, status, position
FROM stages
WHERE brand = ?1 AND pipeline_id = ?2
ORDER BY position

-- name: insert_stage (brand, id, pipeline_id, slug, name, color, status, position)
INSERT INTO stages (brand, id, pipeline_id, slug, name, color, status, position)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)

-- Customers

-- name: customer_exists (brand, id)
SELECT 1 FROM customers WHERE brand = ?1 AND id = ?2

-- name: customer_by_id (brand, id)
SELECT id, email, name, created_at_ms FROM customers WHERE brand = ?1 AND id = ?2

-- name: customer_by_email (brand, email_folded)
SELECT id, email, name, created_at_ms FROM customers WHERE brand = ?1 AND email_folded = ?2

-- name: insert_customer (brand, id, email, email_folded, name, created_at_ms)
INSERT INTO customers (brand, id, email, email_folded, name, created_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)

-- One entry

-- name: newest_entry (brand, reference_type, reference_id, entity_id)
SELECT id, entity_id, reference_type, reference_id, sequence, title, values_json, pipeline_id, stage_id,
    created_at_ms, updated_at_ms
FROM entries
WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4
ORDER BY sequence DESC
LIMIT 1

-- name: newest_holder (brand, reference_type, reference_id, entity_id, key)
SELECT entry_id, sequence
FROM entry_keys
WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4 AND key = ?5
ORDER BY sequence DESC
LIMIT 1

-- name: entry_by_id (brand, id)
SELECT id, entity_id, reference_type, reference_id, sequence, title, values_json, pipeline_id, stage_id,
    created_at_ms, updated_at_ms
FROM entries
WHERE brand = ?1 AND id = ?2

-- name: known_entries (brand, ids_json)
SELECT id FROM entries WHERE brand = ?1 AND id IN (SELECT value FROM json_each(?2))

-- name: next_sequence (brand, reference_type, reference_id, entity_id)
INSERT INTO reference_heads (brand, reference_type, reference_id, entity_id, last_sequence, entry_count)
VALUES (?1, ?2, ?3, ?4, 1, 1)
ON CONFLICT (brand, reference_type, reference_id, entity_id) DO UPDATE SET
    last_sequence = last_sequence + 1,
    entry_count = entry_count + 1
RETURNING last_sequence

-- name: insert_entry (brand, id, entity_id, reference_type, reference_id, sequence, title, values_json, size_bytes, pipeline_id, stage_id, at_ms)
INSERT INTO entries (
    brand, id, entity_id, reference_type, reference_id, sequence, title, values_json, size_bytes,
    pipeline_id, stage_id, created_at_ms, updated_at_ms
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)

-- name: insert_key (brand, reference_type, reference_id, entity_id, key, sequence, entry_id)
INSERT INTO entry_keys (brand, reference_type, reference_id, entity_id, key, sequence, entry_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)

-- name: update_values (brand, id, values_json, size_bytes, at_ms)
UPDATE entries SET values_json = ?3, size_bytes = ?4, updated_at_ms = ?5 WHERE brand = ?1 AND id = ?2

-- name: touch_entry (brand, id, at_ms)
UPDATE entries SET updated_at_ms = ?3 WHERE brand = ?1 AND id = ?2

-- name: place_entry (brand, id, pipeline_id, stage_id, at_ms)
UPDATE entries SET pipeline_id = ?3, stage_id = ?4, updated_at_ms = ?5 WHERE brand = ?1 AND id = ?2

-- Many entries, newest first. before_sequence and before_id are exclusive.

-- name: entries_of_reference (brand, reference_type, reference_id, entity_id, before_sequence, limit, offset)
SELECT id, entity_id, reference_type, reference_id, sequence, title, values_json, pipeline_id, stage_id,
    created_at_ms, updated_at_ms
FROM entries
WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4 AND sequence < ?5
ORDER BY sequence DESC
LIMIT ?6 OFFSET ?7

-- name: entries_of_entity (brand, entity_id, before_id, limit, offset)
SELECT id, entity_id, reference_type, reference_id, sequence, title, values_json, pipeline_id, stage_id,
    created_at_ms, updated_at_ms
FROM entries
WHERE brand = ?1 AND entity_id = ?2 AND id < ?3
ORDER BY id DESC
LIMIT ?4 OFFSET ?5

-- name: entries_of_brand (brand, before_id, limit, offset)
SELECT id, entity_id, reference_type, reference_id, sequence, title, values_json, pipeline_id, stage_id,
    created_at_ms, updated_at_ms
FROM entries
WHERE brand = ?1 AND id < ?2
ORDER BY id DESC
LIMIT ?3 OFFSET ?4

-- name: entries_of_reference_in_brand (brand, reference_type, reference_id, before_id, limit, offset)
SELECT id, entity_id, reference_type, reference_id, sequence, title, values_json, pipeline_id, stage_id,
    created_at_ms, updated_at_ms
FROM entries INDEXED BY entries_by_reference
WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND id < ?4
ORDER BY id DESC
LIMIT ?5 OFFSET ?6

-- name: holders_in_reference (brand, reference_type, reference_id, entity_id, key, before_sequence, limit, offset)
SELECT e.id, e.entity_id, e.reference_type, e.reference_id, e.sequence, e.title, e.values_json, e.pipeline_id,
    e.stage_id, e.created_at_ms, e.updated_at_ms
FROM (
    SELECT entry_id, sequence
    FROM entry_keys
    WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4 AND key = ?5 AND sequence < ?6
    ORDER BY sequence DESC
    LIMIT ?7 OFFSET ?8
) AS k
CROSS JOIN entries AS e ON e.brand = ?1 AND e.id = k.entry_id
ORDER BY k.sequence DESC

-- name: holders_in_entity (brand, entity_id, key, before_id, limit, offset)
SELECT e.id, e.entity_id, e.reference_type, e.reference_id, e.sequence, e.title, e.values_json, e.pipeline_id,
    e.stage_id, e.created_at_ms, e.updated_at_ms
FROM (
    SELECT entry_id
    FROM entry_keys INDEXED BY entry_keys_by_entity
    WHERE brand = ?1 AND entity_id = ?2 AND key = ?3 AND entry_id < ?4
    ORDER BY entry_id DESC
    LIMIT ?5 OFFSET ?6
) AS k
CROSS JOIN entries AS e ON e.brand = ?1 AND e.id = k.entry_id
ORDER BY k.entry_id DESC

-- name: newest_holder_in_entity (brand, entity_id, key)
SELECT entry_id
FROM entry_keys INDEXED BY entry_keys_by_entity
WHERE brand = ?1 AND entity_id = ?2 AND key = ?3
ORDER BY entry_id DESC
LIMIT 1

-- name: count_entries (brand, reference_type, reference_id, entity_id)
SELECT entry_count
FROM reference_heads
WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4

-- Deleting

-- name: delete_entries_of_reference (brand, reference_type, reference_id, entity_id)
DELETE FROM entries WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4

-- name: delete_keys_of_reference (brand, reference_type, reference_id, entity_id)
DELETE FROM entry_keys WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4

-- name: delete_relations_from_reference (brand, reference_type, reference_id, entity_id)
DELETE FROM relations
WHERE brand = ?1 AND entry_id IN (
    SELECT id
    FROM entries
    WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4
)

-- name: delete_relations_to_reference (brand, reference_type, reference_id, entity_id)
DELETE FROM relations
WHERE brand = ?1 AND target_entry_id IN (
    SELECT id
    FROM entries
    WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4
)

-- name: delete_entry (brand, id)
DELETE FROM entries WHERE brand = ?1 AND id = ?2

-- name: delete_key (brand, reference_type, reference_id, entity_id, key, sequence)
DELETE FROM entry_keys
WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4 AND key = ?5 AND sequence = ?6

-- name: delete_relations_from_entry (brand, entry_id)
DELETE FROM relations WHERE brand = ?1 AND entry_id = ?2

-- name: delete_relations_to_entry (brand, target_entry_id)
DELETE FROM relations WHERE brand = ?1 AND target_entry_id = ?2

-- name: uncount_entries (brand, reference_type, reference_id, entity_id, deleted)
UPDATE reference_heads
SET entry_count = entry_count - ?5
WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4

-- Handing a reference's entries to another

-- name: last_sequence (brand, reference_type, reference_id, entity_id)
SELECT last_sequence
FROM reference_heads
WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4

-- name: take_over_entries (brand, reference_type, reference_id, entity_id, last_sequence, taken)
INSERT INTO reference_heads (brand, reference_type, reference_id, entity_id, last_sequence, entry_count)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (brand, reference_type, reference_id, entity_id) DO UPDATE SET
    last_sequence = excluded.last_sequence,
    entry_count = entry_count + excluded.entry_count

-- name: reassign_entries (brand, reference_type, reference_id, entity_id, to_type, to_id, sequence_offset, at_ms)
UPDATE entries
SET reference_type = ?5, reference_id = ?6, sequence = sequence + ?7, updated_at_ms = ?8
WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4

-- name: reassign_keys (brand, reference_type, reference_id, entity_id, to_type, to_id, sequence_offset)
UPDATE entry_keys
SET reference_type = ?5, reference_id = ?6, sequence = sequence + ?7
WHERE brand = ?1 AND reference_type = ?2 AND reference_id = ?3 AND entity_id = ?4

-- Relations

-- name: relations_of_entries (brand, entry_ids_json)
SELECT entry_id, key, target_entry_id
FROM relations
WHERE brand = ?1 AND entry_id IN (SELECT value FROM json_each(?2))
ORDER BY entry_id, position

-- name: relation_targets (brand, entry_id, key)
SELECT target_entry_id FROM relations WHERE brand = ?1 AND entry_id = ?2 AND key = ?3 ORDER BY position

-- name: insert_relation (brand, entry_id, key, target_entry_id)
INSERT INTO relations (brand, entry_id, key, target_entry_id, position)
SELECT ?1, ?2, ?3, ?4, coalesce(max(position), 0) + 1 FROM relations WHERE brand = ?1 AND entry_id = ?2

-- name: delete_relation (brand, entry_id, key, target_entry_id)
DELETE FROM relations WHERE brand = ?1 AND entry_id = ?2 AND key = ?3 AND target_entry_id = ?4

-- name: delete_relations_of_key (brand, entry_id, key)
DELETE FROM relations WHERE brand = ?1 AND entry_id = ?2 AND key = ?3

-- Operations

-- name: operation (brand, id)
SELECT arguments_digest, outcome_json, at_ms FROM operations WHERE brand = ?1 AND id = ?2

-- name: record_operation (brand, id, arguments_digest, outcome_json, at_ms, recorded_at_ms)
INSERT INTO operations (brand, id, arguments_digest, outcome_json, at_ms, recorded_at_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (brand, id) DO UPDATE SET
    arguments_digest = excluded.arguments_digest,
    outcome_json = excluded.outcome_json,
    at_ms = excluded.at_ms,
    recorded_at_ms = excluded.recorded_at_ms

-- name: purge_operations (brand, before_ms, limit)
DELETE FROM operations
WHERE brand = ?1 AND id IN (
    SELECT id FROM operations WHERE brand = ?1 AND recorded_at_ms < ?2 ORDER BY recorded_at_ms LIMIT ?3
)
