-- The schema as all migrations together make it, for reading: stores are made by the migrations alone.
-- Every primary and unique key begins with the brand: no statement can reach another brand's rows by a key.

CREATE TABLE counters (
    brand TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('entity', 'pipeline', 'stage')),
    last_id INTEGER NOT NULL,
    PRIMARY KEY (brand, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE entities (
    brand TEXT NOT NULL,
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    singular_name TEXT NOT NULL,
    plural_name TEXT NOT NULL,
    icon TEXT,
    color TEXT,
    mode TEXT NOT NULL CHECK (mode IN ('crm', 'data')),
    revision INTEGER NOT NULL,
    PRIMARY KEY (brand, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX entities_by_slug ON entities (brand, slug);

CREATE TABLE fields (
    brand TEXT NOT NULL,
    entity_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    type TEXT NOT NULL,
    ui_editable INTEGER NOT NULL CHECK (ui_editable IN (0, 1)),
    options_json TEXT NOT NULL,
    reporting_config_json TEXT NOT NULL,
    target_entity_id INTEGER,
    PRIMARY KEY (brand, entity_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE pipelines (
    brand TEXT NOT NULL,
    id INTEGER NOT NULL,
    entity_id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (brand, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX pipelines_by_slug ON pipelines (brand, entity_id, slug);

CREATE TABLE stages (
    brand TEXT NOT NULL,
    id INTEGER NOT NULL,
    pipeline_id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    color TEXT,
    status TEXT,
    position INTEGER NOT NULL,
    PRIMARY KEY (brand, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX stages_by_slug ON stages (brand, pipeline_id, slug);

-- The last place given out in each reference's own order of entries, and how many entries it has now.
CREATE TABLE reference_heads (
    brand TEXT NOT NULL,
    reference_type TEXT NOT NULL,
    reference_id TEXT NOT NULL,
    entity_id INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    PRIMARY KEY (brand, reference_type, reference_id, entity_id)
) STRICT, WITHOUT ROWID;

-- values_json is the text as written, the order of its keys included.
CREATE TABLE entries (
    brand TEXT NOT NULL,
    id TEXT NOT NULL,
    entity_id INTEGER NOT NULL,
    reference_type TEXT NOT NULL,
    reference_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    title TEXT,
    values_json TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    pipeline_id INTEGER,
    stage_id INTEGER,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    PRIMARY KEY (brand, id)
) STRICT;

CREATE UNIQUE INDEX entries_by_reference ON entries (brand, reference_type, reference_id, entity_id, sequence);

CREATE INDEX entries_by_entity ON entries (brand, entity_id, id);

-- One row for each key that an entry holds: the newest entry that holds a key is the last row of its prefix.
CREATE TABLE entry_keys (
    brand TEXT NOT NULL,
    reference_type TEXT NOT NULL,
    reference_id TEXT NOT NULL,
    entity_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    entry_id TEXT NOT NULL,
    PRIMARY KEY (brand, reference_type, reference_id, entity_id, key, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_keys_by_entity ON entry_keys (brand, entity_id, key, entry_id);

CREATE TABLE relations (
    brand TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    key TEXT NOT NULL,
    target_entry_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (brand, entry_id, key, target_entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX relations_by_target ON relations (brand, target_entry_id);

-- email_folded is the e-mail as compared.
CREATE TABLE customers (
    brand TEXT NOT NULL,
    id TEXT NOT NULL,
    email TEXT,
    email_folded TEXT,
    name TEXT,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (brand, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX customers_by_email ON customers (brand, email_folded) WHERE email_folded IS NOT NULL;

-- What was done once and must not be done again. at_ms is the write's own time, recorded_at_ms the machine's.
CREATE TABLE operations (
    brand TEXT NOT NULL,
    id TEXT NOT NULL,
    arguments_digest TEXT,
    outcome_json TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    recorded_at_ms INTEGER NOT NULL,
    PRIMARY KEY (brand, id)
) STRICT;

CREATE INDEX operations_by_age ON operations (brand, recorded_at_ms);

-- What authors wrote is kept as JSON text, so that any text is taken by any engine and reads back as it was.

-- What scripts of a brand import, by code.
CREATE TABLE modules (
    brand TEXT NOT NULL,
    code TEXT NOT NULL,
    source_json TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    PRIMARY KEY (brand, code)
) STRICT;

-- Who may call the service for a brand. The secret itself is nowhere.
CREATE TABLE tokens (
    brand TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes_json TEXT NOT NULL,
    secret_sha256 TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER,
    PRIMARY KEY (brand, id)
) STRICT;

-- Runs on record. Their ids are UUIDv7: in the order of ids they are in the order of their starts.
CREATE TABLE runs (
    brand TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    file TEXT NOT NULL,
    wall_us INTEGER NOT NULL,
    customer_id TEXT,
    error_json TEXT NOT NULL,
    source_sha256 TEXT,
    request_json TEXT NOT NULL,
    record_json TEXT NOT NULL,
    tape_json TEXT,
    PRIMARY KEY (brand, id)
) STRICT;

CREATE INDEX runs_by_status ON runs (brand, status, id);

CREATE INDEX runs_by_file ON runs (brand, file, id);

CREATE INDEX runs_by_source ON runs (brand, source_sha256);

-- What ran, once, however many runs there were of it.
CREATE TABLE run_sources (
    brand TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    source_json TEXT NOT NULL,
    PRIMARY KEY (brand, sha256)
) STRICT;
