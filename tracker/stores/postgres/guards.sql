-- What the database itself checks of whatever is inserted, by whom and with what SQL: functions for triggers.
--
-- Writers have the right to insert rows, so that the database has to refuse what the program would not insert. It checks
-- all that can be told from the bytes and from what stands before them. Whether a field fits its type, and whether a
-- name was registered, only the program knows, which shows an entry that does not fit as one of an unknown type.
--
-- Whoever inserts chooses the session's settings. So names are looked up in the catalogue alone, no text in these
-- functions holds a backslash, and nothing in them goes by a date style or an ASSERT, which can be switched off. A plan
-- that was made while a table was small is kept for long, and may not read a table from end to end. Lengths are looked
-- at besides a pattern: one with bounds takes ten times as long.
--
-- SQLSTATE: CQ001 of a change, CQ002 of a row that does not follow the last one, CQ003 of one that the program would not
-- insert, CQ004 of a snapshot that is not that of its entries. `schema.py` names them, and a test holds both together.

CREATE OR REPLACE FUNCTION communique.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'CQ001'; END $$;

-- Positions are given under the lock, which is let go only after the commit can be seen: whoever reads up to a
-- position has missed nothing before it.
CREATE OR REPLACE FUNCTION communique.take_turn() RETURNS trigger LANGUAGE plpgsql
    SET search_path TO pg_catalog, pg_temp AS $$
    BEGIN PERFORM pg_advisory_xact_lock(1668116081); RETURN NULL; END $$;

-- zlib turns the register over before and after; these are its sums. The library's function is there from PostgreSQL 18 on.
CREATE OR REPLACE FUNCTION communique.check_sum(bytes bytea) RETURNS bigint
    LANGUAGE plpgsql IMMUTABLE STRICT SET search_path TO pg_catalog, pg_temp AS $$
    DECLARE
        sums CONSTANT bigint[] := '{0,1996959894,3993919788,2567524794,124634137,1886057615,3915621685,2657392035,249268274,2044508324,3772115230,2547177864,162941995,2125561021,3887607047,2428444049,498536548,1789927666,4089016648,2227061214,450548861,1843258603,4107580753,2211677639,325883990,1684777152,4251122042,2321926636,335633487,1661365465,4195302755,2366115317,997073096,1281953886,3579855332,2724688242,1006888145,1258607687,3524101629,2768942443,901097722,1119000684,3686517206,2898065728,853044451,1172266101,3705015759,2882616665,651767980,1373503546,3369554304,3218104598,565507253,1454621731,3485111705,3099436303,671266974,1594198024,3322730930,2970347812,795835527,1483230225,3244367275,3060149565,1994146192,31158534,2563907772,4023717930,1907459465,112637215,2680153253,3904427059,2013776290,251722036,2517215374,3775830040,2137656763,141376813,2439277719,3865271297,1802195444,476864866,2238001368,4066508878,1812370925,453092731,2181625025,4111451223,1706088902,314042704,2344532202,4240017532,1658658271,366619977,2362670323,4224994405,1303535960,984961486,2747007092,3569037538,1256170817,1037604311,2765210733,3554079995,1131014506,879679996,2909243462,3663771856,1141124467,855842277,2852801631,3708648649,1342533948,654459306,3188396048,3373015174,1466479909,544179635,3110523913,3462522015,1591671054,702138776,2966460450,3352799412,1504918807,783551873,3082640443,3233442989,3988292384,2596254646,62317068,1957810842,3939845945,2647816111,81470997,1943803523,3814918930,2489596804,225274430,2053790376,3826175755,2466906013,167816743,2097651377,4027552580,2265490386,503444072,1762050814,4150417245,2154129355,426522225,1852507879,4275313526,2312317920,282753626,1742555852,4189708143,2394877945,397917763,1622183637,3604390888,2714866558,953729732,1340076626,3518719985,2797360999,1068828381,1219638859,3624741850,2936675148,906185462,1090812512,3747672003,2825379669,829329135,1181335161,3412177804,3160834842,628085408,1382605366,3423369109,3138078467,570562233,1426400815,3317316542,2998733608,733239954,1555261956,3268935591,3050360625,752459403,1541320221,2607071920,3965973030,1969922972,40735498,2617837225,3943577151,1913087877,83908371,2512341634,3803740692,2075208622,213261112,2463272603,3855990285,2094854071,198958881,2262029012,4057260610,1759359992,534414190,2176718541,4139329115,1873836001,414664567,2282248934,4279200368,1711684554,285281116,2405801727,4167216745,1634467795,376229701,2685067896,3608007406,1308918612,956543938,2808555105,3495958263,1231636301,1047427035,2932959818,3654703836,1088359270,936918000,2847714899,3736837829,1202900863,817233897,3183342108,3401237130,1404277552,615818150,3134207493,3453421203,1423857449,601450431,3009837614,3294710456,1567103746,711928724,3020668471,3272380065,1510334235,755167117}';
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
        IF strpos(translate(bare, '123456789', '000000000'), repeat('0', 4301)) > 0 THEN
            RETURN false;
        END IF;
        -- A number with a fraction or an exponent has to be one that is finite, or this fails.
        PERFORM max(number[1]::double precision)
            FROM regexp_matches(bare, '(-?[0-9]+(?:[.][0-9]+|(?:[.][0-9]+)?[eE][+-]?[0-9]+))', 'g') AS number;
        brackets := translate(regexp_replace(bare, '[^][{}]', '', 'g'), '{}', '[]');
        FOR level IN 1 .. 201 LOOP
            EXIT WHEN brackets = '';
            brackets := replace(brackets, '[]', '');
        END LOOP;
        RETURN brackets = '';
    END $$;

-- Each row, by its position, against the one before it in its negotiation, of the same statement or stored, and against
-- its columns. What is the same as in the row before is looked at once; `rest` is what is left of the bytes.
-- An entry that names again what the log sets is looked at closely, as is one with an escape by number, a large
-- exponent, a long run of digits, or very many brackets.
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
        THEN RAISE EXCEPTION 'the positions do not follow the last one' USING ERRCODE = 'CQ002'; END IF;
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
                RAISE EXCEPTION 'the versions do not follow the last one' USING ERRCODE = 'CQ002';
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
                    USING ERRCODE = 'CQ002';
            END IF;
            wrong := 'length';
            size := octet_length(one.state);
            EXIT WHEN size NOT BETWEEN 100 AND 1065536;
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
            EXIT WHEN octet_length(rest) > 1000020;
            EXIT WHEN (strpos(rest, '"event"') > 0 OR strpos(rest, '"event_version"') > 0 OR strpos(rest, '"negotiation"') > 0 OR strpos(rest, '"version"') > 0 OR strpos(rest, '"previous"') > 0 OR strpos(rest, '"recorded_at"') > 0 OR strpos(rest, '"recorded_by"') > 0 OR strpos(rest, '"id"') > 0 OR strpos(left(rest, -20), '"crc32"') > 0 OR strpos(document, escape || 'u') > 0 OR rest ~ '[0-9][eE][+-]?[0-9][0-9][0-9]' OR (length(rest) > 300 AND strpos(translate(rest, '123456789', '000000000'), repeat('0', 300)) > 0) OR (length(rest) > 300 AND length(translate(rest, '[{', '')) < length(rest) - 150)) AND NOT communique.can_be_read_back(document);
            wrong := NULL;
            last_version := one.version;
            last_state := one.state;
        END LOOP;
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'the bytes are not those of an entry: see its %', wrong USING ERRCODE = 'CQ003';
        END IF;
        NOTIFY communique_entries;
        RETURN NULL;
    EXCEPTION WHEN data_exception THEN
        RAISE EXCEPTION 'the bytes are not those of an entry: %', SQLERRM USING ERRCODE = 'CQ003';
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
        THEN RAISE EXCEPTION 'there is no entry of that id and version' USING ERRCODE = 'CQ003'; END IF;
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
            RAISE EXCEPTION 'the entry is not among the ids' USING ERRCODE = 'CQ003';
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
            RAISE EXCEPTION 'the snapshot is of no entry' USING ERRCODE = 'CQ004';
        END IF;
        SELECT originator_version, state INTO since, last_state FROM communique.stored_snapshots
        WHERE originator_id = NEW.originator_id AND originator_version < NEW.originator_version
        ORDER BY originator_version DESC LIMIT 1;
        IF FOUND THEN before := convert_from(last_state, 'SQL_ASCII')::jsonb; END IF;
        given := convert_from(NEW.state, 'SQL_ASCII')::jsonb;
        IF (SELECT array_agg(key ORDER BY key) FROM jsonb_object_keys(given) AS key)
            IS DISTINCT FROM ARRAY['matter', 'party', 'source']
        THEN RAISE EXCEPTION 'the snapshot has other registers' USING ERRCODE = 'CQ004'; END IF;
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
                RAISE EXCEPTION 'the snapshot is not that of its entries' USING ERRCODE = 'CQ004';
            END IF;
        END LOOP;
        RETURN NULL;
    EXCEPTION WHEN data_exception THEN
        RAISE EXCEPTION 'the snapshot cannot be read: %', SQLERRM USING ERRCODE = 'CQ004';
    END $$;
