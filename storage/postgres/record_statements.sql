-- Every statement of the PostgreSQL engine on modules, tokens and runs on record, by name; as statements.sql.

-- Modules

-- name: module_of_code (brand, code)
SELECT source_json FROM modules WHERE brand = $1 AND code = $2

-- name: modules_of_brand (brand)
SELECT code, size_bytes, updated_at_ms FROM modules WHERE brand = $1 ORDER BY code

-- name: put_module (brand, code, source_json, size_bytes, at_ms)
INSERT INTO modules (brand, code, source_json, size_bytes, updated_at_ms)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (brand, code) DO UPDATE SET
    source_json = excluded.source_json,
    size_bytes = excluded.size_bytes,
    updated_at_ms = excluded.updated_at_ms

-- name: delete_module (brand, code)
DELETE FROM modules WHERE brand = $1 AND code = $2

-- Tokens are always read as: id, name, scopes_json, secret_sha256, created_at_ms, revoked_at_ms.

-- name: token_by_id (brand, id)
SELECT id, name, scopes_json, secret_sha256, created_at_ms, revoked_at_ms FROM tokens WHERE brand = $1 AND id = $2

-- name: tokens_of_brand (brand)
SELECT id, name, scopes_json, secret_sha256, created_at_ms, revoked_at_ms
FROM tokens
WHERE brand = $1
ORDER BY created_at_ms, id

-- name: insert_token (brand, id, name, scopes_json, secret_sha256, at_ms)
INSERT INTO tokens (brand, id, name, scopes_json, secret_sha256, created_at_ms)
VALUES ($1, $2, $3, $4, $5, $6)

-- name: revoke_token (brand, id, at_ms)
UPDATE tokens SET revoked_at_ms = $3 WHERE brand = $1 AND id = $2 AND revoked_at_ms IS NULL

-- Runs, newest first. since_id is inclusive, before_id exclusive. They begin with: id, status, file, wall_us,
-- customer_id, error_json.

-- name: runs_of_brand (brand, since_id, before_id, limit)
SELECT id, status, file, wall_us, customer_id, error_json
FROM runs
WHERE brand = $1 AND id >= $2 AND id < $3
ORDER BY id DESC
LIMIT $4

-- name: runs_of_status (brand, status, since_id, before_id, limit)
SELECT id, status, file, wall_us, customer_id, error_json
FROM runs
WHERE brand = $1 AND status = $2 AND id >= $3 AND id < $4
ORDER BY id DESC
LIMIT $5

-- name: runs_of_file (brand, file, since_id, before_id, limit)
SELECT id, status, file, wall_us, customer_id, error_json
FROM runs
WHERE brand = $1 AND file = $2 AND id >= $3 AND id < $4
ORDER BY id DESC
LIMIT $5

-- name: runs_of_file_and_status (brand, file, status, since_id, before_id, limit)
SELECT id, status, file, wall_us, customer_id, error_json
FROM runs
WHERE brand = $1 AND file = $2 AND status = $3 AND id >= $4 AND id < $5
ORDER BY id DESC
LIMIT $6

-- name: run_by_id (brand, id)
SELECT id, status, file, wall_us, customer_id, error_json, source_sha256, request_json, record_json
FROM runs
WHERE brand = $1 AND id = $2

-- name: tape_of_run (brand, id)
SELECT tape_json FROM runs WHERE brand = $1 AND id = $2

-- name: run_source (brand, sha256)
SELECT source_json FROM run_sources WHERE brand = $1 AND sha256 = $2

-- name: insert_run_source (brand, sha256, source_json)
INSERT INTO run_sources (brand, sha256, source_json)
VALUES ($1, $2, $3)
ON CONFLICT (brand, sha256) DO NOTHING

-- name: insert_run (brand, id, status, file, wall_us, customer_id, error_json, source_sha256, request_json, record_json, tape_json)
INSERT INTO runs (
    brand, id, status, file, wall_us, customer_id, error_json, source_sha256, request_json, record_json, tape_json
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (brand, id) DO NOTHING

-- Forgetting runs, the oldest first

-- name: newest_run_too_many (brand, kept)
SELECT id FROM runs WHERE brand = $1 ORDER BY id DESC LIMIT 1 OFFSET $2

-- name: oldest_runs (brand, before_id, limit)
SELECT id, source_sha256 FROM runs WHERE brand = $1 AND id < $2 ORDER BY id LIMIT $3

-- name: delete_runs_up_to (brand, id)
DELETE FROM runs WHERE brand = $1 AND id <= $2

-- name: delete_unused_source (brand, sha256)
DELETE FROM run_sources
WHERE brand = $1 AND sha256 = $2 AND NOT EXISTS (SELECT 1 FROM runs WHERE brand = $1 AND source_sha256 = $2)
