-- oldest code: 0001

-- What authors wrote is kept as JSON text, so that any text is taken by any engine and reads back as it was.

-- What scripts of a brand import, by code.
CREATE TABLE modules (
    brand TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    source_json JSON NOT NULL,
    size_bytes BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    PRIMARY KEY (brand, code)
);

-- Who may call the service for a brand. The secret itself is nowhere.
CREATE TABLE tokens (
    brand TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    scopes_json JSON NOT NULL,
    secret_sha256 TEXT COLLATE "C" NOT NULL,
    created_at_ms BIGINT NOT NULL,
    revoked_at_ms BIGINT,
    PRIMARY KEY (brand, id)
);

-- Runs on record. Their ids are UUIDv7: in the order of ids they are in the order of their starts.
CREATE TABLE runs (
    brand TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    file TEXT COLLATE "C" NOT NULL,
    wall_us BIGINT NOT NULL,
    customer_id TEXT COLLATE "C",
    error_json JSON NOT NULL,
    source_sha256 TEXT COLLATE "C",
    request_json JSON NOT NULL,
    record_json JSON NOT NULL,
    tape_json JSON,
    PRIMARY KEY (brand, id)
);

CREATE INDEX runs_by_status ON runs (brand, status, id);

CREATE INDEX runs_by_file ON runs (brand, file, id);

CREATE INDEX runs_by_source ON runs (brand, source_sha256);

-- What ran, once, however many runs there were of it.
CREATE TABLE run_sources (
    brand TEXT COLLATE "C" NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    source_json JSON NOT NULL,
    PRIMARY KEY (brand, sha256)
);

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['modules', 'tokens', 'runs', 'run_sources'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO funnelscript_app', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY one_brand ON %I USING (brand = (SELECT current_brand()))', name);
        EXECUTE format('CREATE POLICY owner_reads ON %I FOR SELECT TO CURRENT_USER USING (true)', name);
    END LOOP;
END
$$;
