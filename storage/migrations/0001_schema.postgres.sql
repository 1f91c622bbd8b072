-- Every primary and unique key begins with the brand: no statement can reach another brand's rows by a key, and the
-- tables can be spread over many servers by it. Text is compared by bytes.

-- Sessions of stores take on this role. It is the server's, not the database's, so it may be there already.
DO $$
BEGIN
    CREATE ROLE funnelscript_app NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

DO $$
BEGIN
    GRANT funnelscript_app TO CURRENT_USER;
EXCEPTION
    WHEN insufficient_privilege THEN NULL;  -- whoever made the role has to grant it
END
$$;

GRANT USAGE ON SCHEMA funnelscript TO funnelscript_app;
GRANT SELECT ON migrations TO funnelscript_app;

CREATE TABLE counters (
    brand TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('entity', 'pipeline', 'stage')),
    last_id BIGINT NOT NULL,
    PRIMARY KEY (brand, kind)
);

CREATE TABLE entities (
    brand TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    singular_name TEXT COLLATE "C" NOT NULL,
    plural_name TEXT COLLATE "C" NOT NULL,
    icon TEXT COLLATE "C",
    color TEXT COLLATE "C",
    mode TEXT COLLATE "C" NOT NULL CHECK (mode IN ('crm', 'data')),
    revision BIGINT NOT NULL,
    PRIMARY KEY (brand, id)
);

CREATE UNIQUE INDEX entities_by_slug ON entities (brand, slug);

CREATE TABLE fields (
    brand TEXT COLLATE "C" NOT NULL,
    entity_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    ui_editable BOOLEAN NOT NULL,
    options_json JSON NOT NULL,
    reporting_config_json JSON NOT NULL,
    target_entity_id BIGINT,
    PRIMARY KEY (brand, entity_id, key)
);

CREATE TABLE pipelines (
    brand TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    entity_id BIGINT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (brand, id)
);

CREATE UNIQUE INDEX pipelines_by_slug ON pipelines (brand, entity_id, slug);

CREATE TABLE stages (
    brand TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    pipeline_id BIGINT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    color TEXT COLLATE "C",
    status TEXT COLLATE "C",
    position BIGINT NOT NULL,
    PRIMARY KEY (brand, id)
);

CREATE UNIQUE INDEX stages_by_slug ON stages (brand, pipeline_id, slug);

-- Room is left in the pages of what is changed most, so that a new version of a row needs no new index entries.

-- The last place given out in each reference's own order of entries, and how many entries it has now.
CREATE TABLE reference_heads (
    brand TEXT COLLATE "C" NOT NULL,
    reference_type TEXT COLLATE "C" NOT NULL,
    reference_id TEXT COLLATE "C" NOT NULL,
    entity_id BIGINT NOT NULL,
    last_sequence BIGINT NOT NULL,
    entry_count BIGINT NOT NULL,
    PRIMARY KEY (brand, reference_type, reference_id, entity_id)
) WITH (fillfactor = 70);

-- values_json is the text as written, the order of its keys included.
CREATE TABLE entries (
    brand TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    entity_id BIGINT NOT NULL,
    reference_type TEXT COLLATE "C" NOT NULL,
    reference_id TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL,
    title TEXT COLLATE "C",
    values_json JSON NOT NULL,
    size_bytes BIGINT NOT NULL,
    pipeline_id BIGINT,
    stage_id BIGINT,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    PRIMARY KEY (brand, id)
) WITH (fillfactor = 85);

CREATE UNIQUE INDEX entries_by_reference ON entries (brand, reference_type, reference_id, entity_id, sequence);

CREATE INDEX entries_by_entity ON entries (brand, entity_id, id);

-- One row for each key that an entry holds: the newest entry that holds a key is the last row of its prefix.
CREATE TABLE entry_keys (
    brand TEXT COLLATE "C" NOT NULL,
    reference_type TEXT COLLATE "C" NOT NULL,
    reference_id TEXT COLLATE "C" NOT NULL,
    entity_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (brand, reference_type, reference_id, entity_id, key, sequence)
);

CREATE INDEX entry_keys_by_entity ON entry_keys (brand, entity_id, key, entry_id);

-- The foreign keys keep a relation from being set to an entry that another transaction is deleting.
CREATE TABLE relations (
    brand TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    target_entry_id TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (brand, entry_id, key, target_entry_id),
    FOREIGN KEY (brand, entry_id) REFERENCES entries (brand, id) ON DELETE CASCADE,
    FOREIGN KEY (brand, target_entry_id) REFERENCES entries (brand, id) ON DELETE CASCADE
);

CREATE INDEX relations_by_target ON relations (brand, target_entry_id);

-- email_folded is the e-mail as compared.
CREATE TABLE customers (
    brand TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C",
    email_folded TEXT COLLATE "C",
    name TEXT COLLATE "C",
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (brand, id)
);

CREATE UNIQUE INDEX customers_by_email ON customers (brand, email_folded) WHERE email_folded IS NOT NULL;

-- What was done once and must not be done again. at_ms is the write's own time, recorded_at_ms the machine's.
CREATE TABLE operations (
    brand TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    arguments_digest TEXT COLLATE "C",
    outcome_json JSON NOT NULL,
    at_ms BIGINT NOT NULL,
    recorded_at_ms BIGINT NOT NULL,
    PRIMARY KEY (brand, id)
);

CREATE INDEX operations_by_age ON operations (brand, recorded_at_ms, id);

-- The second wall around brands. A statement is refused unless its transaction has said whose it is, and sees and
-- writes that brand's rows alone. It holds for the owner of the tables too, who may read all of them for copies.
CREATE FUNCTION current_brand() RETURNS TEXT LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    brand TEXT := current_setting('funnelscript.brand');
BEGIN
    IF brand = '' THEN
        RAISE EXCEPTION 'no brand is set' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN brand;
END
$$;

DO $$
DECLARE
    name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'counters', 'entities', 'fields', 'pipelines', 'stages', 'reference_heads', 'entries', 'entry_keys',
        'relations', 'customers', 'operations'
    ] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO funnelscript_app', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY one_brand ON %I USING (brand = (SELECT current_brand()))', name);
        EXECUTE format('CREATE POLICY owner_reads ON %I FOR SELECT TO CURRENT_USER USING (true)', name);
    END LOOP;
END
$$;
