-- Every statement of the PostgreSQL engine that changes definitions by hand, by name; as statements.sql. A count of 0 lets go of what is counted.

-- name: update_entity (brand, id, name, singular_name, plural_name, icon, color)
UPDATE entities SET name = $3, singular_name = $4, plural_name = $5, icon = $6, color = $7
WHERE brand = $1 AND id = $2

-- name: delete_entity (brand, id)
DELETE FROM entities WHERE brand = $1 AND id = $2

-- name: update_field (brand, entity_id, key, position, label, type, ui_editable, options_json, reporting_config_json, target_entity_id)
UPDATE fields SET
    position = $4, label = $5, type = $6, ui_editable = $7, options_json = $8, reporting_config_json = $9,
    target_entity_id = $10
WHERE brand = $1 AND entity_id = $2 AND key = $3

-- name: place_field (brand, entity_id, key, position)
UPDATE fields SET position = $4 WHERE brand = $1 AND entity_id = $2 AND key = $3

-- name: delete_field (brand, entity_id, key)
DELETE FROM fields WHERE brand = $1 AND entity_id = $2 AND key = $3

-- name: update_pipeline (brand, id, name, position)
UPDATE pipelines SET name = $3, position = $4 WHERE brand = $1 AND id = $2

-- name: delete_pipeline (brand, id)
DELETE FROM pipelines WHERE brand = $1 AND id = $2

-- name: update_stage (brand, id, name, color, status, position)
UPDATE stages SET name = $3, color = $4, status = $5, position = $6 WHERE brand = $1 AND id = $2

-- name: delete_stage (brand, id)
DELETE FROM stages WHERE brand = $1 AND id = $2

-- name: entries_in_entity (brand, entity_id)
SELECT count(*) FROM entries WHERE brand = $1 AND entity_id = $2

-- name: entries_in_pipeline (brand, entity_id, pipeline_id)
SELECT count(*) FROM entries WHERE brand = $1 AND entity_id = $2 AND pipeline_id = $3

-- name: entries_in_stage (brand, entity_id, stage_id)
SELECT count(*) FROM entries WHERE brand = $1 AND entity_id = $2 AND stage_id = $3

-- name: fields_to_entity (brand, target_entity_id)
SELECT count(*) FROM fields WHERE brand = $1 AND target_entity_id = $2 AND entity_id <> $2

-- name: relations_of_field (brand, entity_id, key)
SELECT count(*)
FROM relations AS r
JOIN entries AS e ON e.brand = r.brand AND e.id = r.entry_id
WHERE r.brand = $1 AND e.brand = $1 AND e.entity_id = $2 AND r.key = $3

-- name: pipeline_by_id (brand, id)
SELECT slug FROM pipelines WHERE brand = $1 AND id = $2

-- name: stage_by_id (brand, id)
SELECT slug FROM stages WHERE brand = $1 AND id = $2

-- name: raise_counter (brand, kind, last_id)
INSERT INTO counters (brand, kind, last_id) VALUES ($1, $2, $3)
ON CONFLICT (brand, kind) DO UPDATE SET last_id = greatest(counters.last_id, excluded.last_id)
