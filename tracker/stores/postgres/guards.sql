-- The functions that check what is inserted; guards.py tells of them, and fills in what stands here in capitals behind
-- a colon. What stands inside of one, comments too, is compared with what a log has, and cannot change.

CREATE OR REPLACE FUNCTION communique.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log is append-only' USING ERRCODE = ':REFUSED'; END $$;

-- Positions are given under the lock, which is let go only after the commit can be seen: whoever reads up to a
-- position has missed nothing before it.
CREATE OR REPLACE FUNCTION communique.take_turn() RETURNS trigger LANGUAGE plpgsql
SET search_path TO pg_catalog, pg_temp AS $$
BEGIN PERFORM pg_advisory_xact_lock(:WRITE_LOCK); RETURN NULL; END $$;

-- The library's function is there from PostgreSQL 18 on.
CREATE OR REPLACE FUNCTION communique.check_sum(bytes bytea) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path TO pg_catalog, pg_temp AS $$
DECLARE
    sums CONSTANT bigint[] := '{:SUMS}';
    total bigint := 4294967295;
BEGIN
    FOR at IN 0 .. octet_length(bytes) - 1 LOOP
        total := (total >> 8) # sums[((total # get_byte(bytes, at)) & 255) + 1];
    END LOOP;
    RETURN total # 4294967295;
END $$;

-- In a database whose encoding does not have every character each byte beyond ASCII becomes a question mark; `convert`
-- fails where the bytes are no UTF-8, and `encode` doubles a backslash.
CREATE OR REPLACE FUNCTION communique.in_ascii(bytes bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path TO pg_catalog, pg_temp AS $$
DECLARE
    escape CONSTANT text := chr(92);
    coded text := replace(encode(convert(bytes, 'UTF8', 'UTF8'), 'escape'), escape || escape, escape || '134');
BEGIN
    coded := regexp_replace(coded, escape || escape || '(?!134)[0-7][0-7][0-7]', '?', 'g');
    RETURN replace(coded, escape || '134', escape);
END $$;

-- What takes long to find out, and is looked at only where it might be so.
CREATE OR REPLACE FUNCTION communique.can_be_read_back(document text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path TO pg_catalog, pg_temp AS $$
DECLARE
    escape CONSTANT text := repeat(chr(92), 2);
    bare text; brackets text;
BEGIN
    -- A text may hold NUL, but none that jsonb takes; what stands for the next character is as long.
    document := replace(document, chr(92) || 'u0000', chr(92) || 'u0001');
    IF (SELECT count(*) FROM json_object_keys(document::json))
        <> (SELECT count(*) FROM jsonb_object_keys(document::jsonb))
    THEN RETURN false; END IF;
    -- Without what stands in strings.
    bare := regexp_replace(document, '"([^"' || escape || ']|' || escape || '.)*"', '""', 'g');
    IF strpos(translate(bare, '123456789', '000000000'), repeat('0', :TOO_MANY_DIGITS)) > 0 THEN
        RETURN false;
    END IF;
    -- A number with a fraction or an exponent has to be one that is finite, or this fails.
    PERFORM max(number[1]::double precision)
        FROM regexp_matches(bare, '(-?[0-9]+(?:[.][0-9]+|(?:[.][0-9]+)?[eE][+-]?[0-9]+))', 'g') AS number;
    brackets := translate(regexp_replace(bare, '[^][{}]', '', 'g'), '{}', '[]');
    FOR level IN 1 .. :MAX_DEPTH LOOP
        EXIT WHEN brackets = '';
        brackets := replace(brackets, '[]', '');
    END LOOP;
    RETURN brackets = '';
END $$;

-- Each row, by its position, against the one before it in its negotiation, of the same statement or stored, and against
-- its columns. What is the same as in the row before is looked at once; `rest` is what is left of the bytes. Lengths are
-- looked at besides patterns: one with bounds takes ten times as long. An entry that names again what the log sets is
-- looked at closely, as is one with an escape by number, a large exponent, a long run of digits, or very many brackets.
CREATE OR REPLACE FUNCTION communique.check_order() RETURNS trigger LANGUAGE plpgsql
SET search_path TO pg_catalog, pg_temp AS $$
DECLARE
    quote CONSTANT text := chr(34); escape CONSTANT text := chr(92);
    has_crc32 CONSTANT boolean := current_setting('server_version_num')::integer >= 180000;
    is_unicode CONSTANT boolean := getdatabaseencoding() = 'UTF8';
    low bigint; high bigint; amount bigint; one record; wrong text;
    last_name text; last_version bigint; last_state bytea; last_topic text; last_stamp text; last_recorder text;
    head text; size integer; seal bigint; document text; rest text; stamp text; recorder text; entry text;
BEGIN
    SELECT min(notification_id), max(notification_id), count(*) INTO low, high, amount FROM added;
    IF amount = 0 THEN RETURN NULL; END IF;
    IF high - low + 1 <> amount
        OR low <> 1 + coalesce(
            (SELECT max(notification_id) FROM communique.stored_events WHERE notification_id < low), 0)
        OR high <> (SELECT max(notification_id) FROM communique.stored_events)
    THEN RAISE EXCEPTION 'the positions do not follow the last one' USING ERRCODE = ':OUT_OF_ORDER'; END IF;
    FOR one IN
        SELECT originator_id AS name, originator_version AS version, topic, state, notification_id AS place
        FROM added ORDER BY notification_id
    LOOP
        IF one.name IS DISTINCT FROM last_name THEN
            last_name := one.name;
            SELECT originator_version, state INTO last_version, last_state FROM communique.stored_events
            WHERE originator_id = last_name AND originator_version = one.version - 1
                AND notification_id < one.place;
            last_stamp := convert_from(
                substr(last_state, position('","recorded_at":"'::bytea IN last_state) + 17, 27), 'SQL_ASCII');
        END IF;
        IF one.version <> coalesce(last_version, 0) + 1 THEN
            RAISE EXCEPTION 'the versions do not follow the last one' USING ERRCODE = ':OUT_OF_ORDER';
        END IF;
        wrong := 'name';
        EXIT WHEN one.version = 1 AND (one.name !~ '^[a-z0-9][a-z0-9-]*$' OR length(one.name) > 64);
        wrong := 'topic';
        IF one.topic IS DISTINCT FROM last_topic THEN
            last_topic := one.topic;
            EXIT WHEN last_topic !~ '^[A-Za-z_][A-Za-z0-9_]*[.]v[1-9][0-9]*$' OR length(split_part(last_topic, '.', 1)) > 100
                OR length(split_part(last_topic, '.', 2)) > 10;
        END IF;
        head := '{"event":"' || split_part(one.topic, '.v', 1) || '","event_version":'
            || split_part(one.topic, '.v', 2) || ',"negotiation":"' || one.name || '","version":'
            || one.version || ',"previous":"' || coalesce(encode(sha256(last_state), 'hex'), repeat('0', 64))
            || '","recorded_at":"';
        IF substr(one.state, 1, length(head)) <> convert_to(head, 'SQL_ASCII') THEN
            RAISE EXCEPTION 'the entry does not follow the last one as its columns say'
                USING ERRCODE = ':OUT_OF_ORDER';
        END IF;
        wrong := 'length';
        size := octet_length(one.state);
        EXIT WHEN size NOT BETWEEN 100 AND :MAX_ENTRY;
        wrong := 'check sum';
        IF has_crc32 THEN seal := crc32(substr(one.state, 1, size - 20));
        ELSE seal := communique.check_sum(substr(one.state, 1, size - 20)); END IF;
        EXIT WHEN substr(one.state, size - 19)
            <> convert_to(',"crc32":"' || lpad(to_hex(seal), 8, '0') || quote || chr(125), 'SQL_ASCII');
        wrong := 'document';
        IF is_unicode THEN document := convert_from(one.state, 'UTF8');
        ELSE document := communique.in_ascii(one.state); END IF;
        -- No string holds them as they are, and beside strings they would divide the line of a bundle.
        EXIT WHEN strpos(document, chr(10)) > 0 OR strpos(document, chr(13)) > 0 OR strpos(document, chr(9)) > 0;
        EXIT WHEN json_typeof(document::json) <> 'object';
        wrong := 'time of recording';
        rest := substr(document, length(head) + 1);
        stamp := left(rest, 27);
        IF stamp IS DISTINCT FROM last_stamp THEN
            -- Times have one form, in which the order of texts is that of time.
            EXIT WHEN translate(stamp, '123456789', '000000000') <> '0000-00-00T00:00:00.000000Z'
                OR substr(stamp, 12, 2) > '23' OR substr(stamp, 15, 1) > '5' OR substr(stamp, 18, 1) > '5'
                OR make_date(left(stamp, 4)::integer, substr(stamp, 6, 2)::integer, substr(stamp, 9, 2)::integer)
                    IS NULL
                OR stamp < last_stamp COLLATE "C";
            last_stamp := stamp;
        END IF;
        wrong := 'recorder';
        EXIT WHEN substr(rest, 28, 17) <> '","recorded_by":"';
        rest := substr(rest, 45);
        EXIT WHEN strpos(rest, '","id":"') = 0;
        recorder := left(rest, strpos(rest, '","id":"') - 1);
        IF recorder IS DISTINCT FROM last_recorder THEN
            EXIT WHEN strpos(replace(replace(recorder, escape || escape, ''), escape || quote, ''), quote) > 0;
            last_recorder := recorder;
        END IF;
        wrong := 'id';
        rest := substr(rest, length(recorder) + 9);
        entry := left(rest, greatest(strpos(rest, '",') - 1, 0));
        EXIT WHEN entry !~ '^[a-z0-9][a-z0-9-]*$' OR length(entry) > 64;
        wrong := 'content';
        rest := substr(rest, length(entry) + 3);
        EXIT WHEN octet_length(rest) > :MAX_REST;
        EXIT WHEN (strpos(rest, '"event"') > 0 OR
            strpos(rest, '"event_version"') > 0 OR
            strpos(rest, '"negotiation"') > 0 OR
            strpos(rest, '"version"') > 0 OR
            strpos(rest, '"previous"') > 0 OR
            strpos(rest, '"recorded_at"') > 0 OR
            strpos(rest, '"recorded_by"') > 0 OR
            strpos(rest, '"id"') > 0 OR
            strpos(left(rest, -20), '"crc32"') > 0 OR
            strpos(document, escape || 'u') > 0 OR
            rest ~ '[0-9][eE][+-]?[0-9][0-9][0-9]' OR
            (length(rest) > 300 AND strpos(translate(rest, '123456789', '000000000'), repeat('0', 300)) > 0) OR
            (length(rest) > 300 AND length(translate(rest, '[{', '')) < length(rest) - 150))
            AND NOT communique.can_be_read_back(document);
        wrong := NULL;
        last_version := one.version;
        last_state := one.state;
    END LOOP;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'the bytes are not those of an entry: see its %', wrong USING ERRCODE = ':MALFORMED';
    END IF;
    NOTIFY :CHANNEL;
    RETURN NULL;
EXCEPTION WHEN data_exception THEN
    RAISE EXCEPTION 'the bytes are not those of an entry: %', SQLERRM USING ERRCODE = ':MALFORMED';
END $$;

-- Both at the end of the transaction, as they come in two statements.
CREATE OR REPLACE FUNCTION communique.check_id() RETURNS trigger LANGUAGE plpgsql
SET search_path TO pg_catalog, pg_temp AS $$
DECLARE bytes bytea;
BEGIN
    SELECT state INTO bytes FROM communique.stored_events
    WHERE originator_id = NEW.negotiation AND originator_version = NEW.version;
    IF bytes IS NULL OR substr(bytes, position('","id":"'::bytea IN bytes) + 8, octet_length(NEW.entry) + 1)
        <> convert_to(NEW.entry || '"', 'UTF8')
    THEN RAISE EXCEPTION 'there is no entry of that id and version' USING ERRCODE = ':MALFORMED'; END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION communique.check_entry() RETURNS trigger LANGUAGE plpgsql
SET search_path TO pg_catalog, pg_temp AS $$
DECLARE
    rest bytea := substr(NEW.state, position('","id":"'::bytea IN NEW.state) + 8, 65);
    own text := convert_from(substr(rest, 1, greatest(position('"'::bytea IN rest) - 1, 0)), 'SQL_ASCII');
BEGIN
    PERFORM FROM communique.entry_ids
    WHERE negotiation = NEW.originator_id AND entry = own AND version = NEW.originator_version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the entry is not among the ids' USING ERRCODE = ':MALFORMED';
    END IF;
    RETURN NULL;
END $$;

-- A snapshot holds what the last one does, and what was registered since: so each is checked once, and with few rows.
CREATE OR REPLACE FUNCTION communique.check_snapshot() RETURNS trigger LANGUAGE plpgsql
SET search_path TO pg_catalog, pg_temp AS $$
DECLARE
    given jsonb; before jsonb := '{}'; since bigint := 0; last_state bytea; wanted text[]; held text[];
    kind text; event text;
BEGIN
    PERFORM FROM communique.stored_events
    WHERE originator_id = NEW.originator_id AND originator_version = NEW.originator_version;
    IF NOT FOUND OR NEW.topic <> 'Negotiation.v1' THEN
        RAISE EXCEPTION 'the snapshot is of no entry' USING ERRCODE = ':WRONG_SNAPSHOT';
    END IF;
    SELECT originator_version, state INTO since, last_state FROM communique.stored_snapshots
    WHERE originator_id = NEW.originator_id AND originator_version < NEW.originator_version
    ORDER BY originator_version DESC LIMIT 1;
    IF FOUND THEN before := convert_from(last_state, 'SQL_ASCII')::jsonb; END IF;
    given := convert_from(NEW.state, 'SQL_ASCII')::jsonb;
    IF (SELECT array_agg(key ORDER BY key) FROM jsonb_object_keys(given) AS key)
        IS DISTINCT FROM ARRAY['matter', 'party', 'source']
    THEN RAISE EXCEPTION 'the snapshot has other registers' USING ERRCODE = ':WRONG_SNAPSHOT'; END IF;
    FOR event, kind IN VALUES ('PartyAdded', 'party'), ('MatterAdded', 'matter'), ('SourceRegistered', 'source')
    LOOP
        wanted := ARRAY(
            SELECT jsonb_array_elements_text(before -> kind)
            UNION
            SELECT replace(convert_from(state, 'SQL_ASCII'), chr(92) || 'u0000', '')::jsonb ->> kind
            FROM communique.stored_events
            WHERE originator_id = NEW.originator_id AND originator_version > coalesce(since, 0)
                AND originator_version <= NEW.originator_version AND topic LIKE event || '.v%'
            ORDER BY 1);
        held := ARRAY(SELECT jsonb_array_elements_text(given -> kind) ORDER BY 1);
        IF wanted <> held THEN
            RAISE EXCEPTION 'the snapshot is not that of its entries' USING ERRCODE = ':WRONG_SNAPSHOT';
        END IF;
    END LOOP;
    RETURN NULL;
EXCEPTION WHEN data_exception THEN
    RAISE EXCEPTION 'the snapshot cannot be read: %', SQLERRM USING ERRCODE = ':WRONG_SNAPSHOT';
END $$;
