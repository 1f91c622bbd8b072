-- oldest code: 0001

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
