-- Row-level security, and the few functions that may look past it. The tables' owner is not bound by it;
-- the app connects as gonghai_app, which owns nothing.

CREATE FUNCTION app_tenant() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('app.tenant_id', true), '')::bigint $$;

-- A SECURITY DEFINER function looks past the fence, so each first checks the tenant it is asked about.
CREATE FUNCTION check_tenant(p_tenant bigint) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_tenant IS DISTINCT FROM nullif(current_setting('app.tenant_id', true), '')::bigint THEN
        RAISE insufficient_privilege USING MESSAGE = 'tenant argument differs from app.tenant_id';
    END IF;
END $$;

-- Sign-in, keys and links come before a tenant is known ------------------------------------------------

CREATE FUNCTION find_login(p_login text)
RETURNS TABLE (tenant_id bigint, person_id bigint, state text, password_hash text, locked_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.tenant_id, p.id, p.state, p.password_hash, f.locked_until
    FROM (SELECT p_login AS login) q
    LEFT JOIN person p ON p.login = q.login
    LEFT JOIN sign_in_failure f ON f.login = q.login
$$;

CREATE FUNCTION note_sign_in(p_login text, p_ok boolean, p_limit integer, p_window interval)
RETURNS timestamptz LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE until timestamptz;
BEGIN
    IF p_ok THEN
        DELETE FROM sign_in_failure f WHERE f.login = p_login;
        RETURN NULL;
    END IF;
    INSERT INTO sign_in_failure AS f (login, failures, first_at) VALUES (p_login, 1, now())
    ON CONFLICT (login) DO UPDATE SET
        failures = CASE WHEN f.first_at < now() - p_window THEN 1 ELSE f.failures + 1 END,
        first_at = CASE WHEN f.first_at < now() - p_window THEN now() ELSE f.first_at END
    RETURNING CASE WHEN f.failures >= p_limit THEN now() + p_window END INTO until;
    UPDATE sign_in_failure f SET locked_until = until WHERE f.login = p_login AND until IS NOT NULL;
    RETURN until;
END $$;

CREATE FUNCTION find_session(p_token_hash bytea)
RETURNS TABLE (tenant_id bigint, person_id bigint, csrf_token text, expires_at timestamptz, roles text[], zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.tenant_id, s.person_id, s.csrf_token, s.expires_at, p.roles, t.timezone
    FROM session s JOIN person p ON p.tenant_id = s.tenant_id AND p.id = s.person_id JOIN tenant t ON t.id = s.tenant_id
    WHERE s.token_hash = p_token_hash AND s.expires_at > now() AND p.state = 'active'
$$;

CREATE FUNCTION find_api_key(p_key_hash bytea)
RETURNS TABLE (tenant_id bigint, person_id bigint, key_id bigint, scopes text[], roles text[], zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.tenant_id, k.person_id, k.id, k.scopes, p.roles, t.timezone
    FROM api_key k JOIN person p ON p.tenant_id = k.tenant_id AND p.id = k.person_id JOIN tenant t ON t.id = k.tenant_id
    WHERE k.key_hash = p_key_hash AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > now()) AND p.state = 'active'
$$;

CREATE FUNCTION find_link(p_token_hash bytea)
RETURNS TABLE (tenant_id bigint, person_id bigint, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.tenant_id, l.person_id, l.kind FROM link l
    WHERE l.token_hash = p_token_hash AND l.used_at IS NULL AND l.expires_at > now()
$$;

CREATE FUNCTION login_taken(p_login text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM person p WHERE p.login = p_login) $$;

-- The dispatcher's list.
CREATE FUNCTION list_tenants(p_after bigint, p_limit integer) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT t.id FROM tenant t WHERE t.id > p_after ORDER BY t.id LIMIT p_limit $$;

-- Claiming ---------------------------------------------------------------------------------------------
-- Small statements, whose plans are kept: planning a large one anew for each claim cost five times the claim.

-- How much of a pool's limits a person has used: the one definition, for claims and for "what is left".
CREATE FUNCTION pool_usage(
    p_tenant bigint, p_person bigint, p_pool bigint, p_day_start timestamptz, p_exempt_won_days integer,
    OUT daily_used integer, OUT held integer, OUT untouched integer
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT (SELECT count(*) FROM event e WHERE e.tenant_id = p_tenant AND e.actor_id = p_person AND e.kind = 'claim'
               AND e.pool_from = p_pool AND e.at >= p_day_start),
           count(*) FILTER (WHERE p_exempt_won_days IS NULL OR x.last_win_at IS NULL
               OR x.last_win_at < p_day_start - make_interval(days => p_exempt_won_days)),
           count(*) FILTER (WHERE x.spell_claimed AND x.first_contact_at IS NULL)
    INTO daily_used, held, untouched
    FROM customer x WHERE x.tenant_id = p_tenant AND x.owner_id = p_person AND x.pool_id = p_pool;
END $$;

-- Whether a person may claim from a pool: all, by name, by role, or by a department at or above theirs.
CREATE FUNCTION in_claim_scope(p_tenant bigint, p_pool bigint, p_person bigint, p_roles text[], p_department bigint)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    named boolean;
    departments bigint[];
BEGIN
    SELECT bool_or(s.subject = 'all' OR (s.subject = 'person' AND s.subject_id = p_person)
                   OR (s.subject = 'role' AND s.role = ANY (p_roles))),
           array_agg(s.subject_id) FILTER (WHERE s.subject = 'department')
    INTO named, departments
    FROM pool_scope s WHERE s.tenant_id = p_tenant AND s.pool_id = p_pool AND s.right_name = 'claim';
    IF named THEN
        RETURN true;
    END IF;
    WHILE p_department IS NOT NULL AND departments IS NOT NULL LOOP
        IF p_department = ANY (departments) THEN
            RETURN true;
        END IF;
        SELECT d.parent_id INTO p_department FROM department d WHERE d.tenant_id = p_tenant AND d.id = p_department;
    END LOOP;
    RETURN false;
END $$;

-- Pooled → owned: the guarded update with its spell and its event, the one definition for claiming and assigning.
-- The new spell's number; null when the customer's version is no longer the one decided on.
CREATE FUNCTION open_spell(
    p_tenant bigint, p_customer bigint, p_version bigint, p_owner bigint, p_kind text, p_actor text, p_actor_id bigint,
    p_at timestamptz, p_batch bigint, p_reason text, p_data jsonb
) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    opened record;
BEGIN
    UPDATE customer c SET state = 'owned', owner_id = p_owner, spell_no = c.spell_no + 1,
        spell_claimed = p_kind = 'claim', clock_start = p_at, first_contact_at = NULL, last_follow_up_at = NULL,
        live_deals = 0, deal_lost_at = NULL, locked_until = NULL, protected_until = NULL, notice_until = NULL,
        version = c.version + 1, updated_at = p_at
    WHERE c.tenant_id = p_tenant AND c.id = p_customer AND c.version = p_version AND c.state = 'pooled'
    RETURNING c.version, c.spell_no, c.pool_id INTO opened;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO spell (tenant_id, customer_id, no, owner_id, started_at, started_by)
    VALUES (p_tenant, p_customer, opened.spell_no, p_owner, p_at, p_kind);
    INSERT INTO event (tenant_id, at, kind, subject_id, version, actor, actor_id, owner_to, pool_from, pool_to,
        spell_no, reason, batch_id, data)
    VALUES (p_tenant, p_at, p_kind, p_customer, opened.version, p_actor, p_actor_id, p_owner, opened.pool_id,
        opened.pool_id, opened.spell_no, p_reason, p_batch, p_data);
    RETURN opened.spell_no;
END $$;

-- The refusal that a customer's state gives, null for a pooled one.
CREATE FUNCTION claim_state_code(p_state text, p_owner bigint, p_person bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN CASE WHEN p_state = 'pooled' THEN NULL
                WHEN p_state = 'owned' AND p_owner = p_person THEN 'already_yours'
                WHEN p_state = 'owned' THEN 'already_claimed'
                ELSE p_state END;
END $$;

-- Who was faster, or into what it was merged.
CREATE FUNCTION claim_state_data(p_tenant bigint, p_code text, p_owner bigint, p_merged_into bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE p_code
        WHEN 'already_claimed' THEN (
            SELECT jsonb_build_object('owner', jsonb_build_object('id', p.id::text, 'name', p.name))
            FROM person p WHERE p.tenant_id = p_tenant AND p.id = p_owner)
        WHEN 'merged' THEN jsonb_build_object('into', p_merged_into::text)
        ELSE '{}' END;
END $$;

-- The whole claim in one round trip (docs/adr/0002-claim.md): lock the claimer, then the customers in id order; only
-- then, in later statements, count (a count beside the lock keeps the snapshot from before the wait); decide by the
-- rules in the order of the domain; write. One row per customer, in the order given: `code` null when it was claimed,
-- else the first rule that failed, with its numbers and until-when.
CREATE FUNCTION claim(p_tenant bigint, p_person bigint, p_customers bigint[], p_zone text, p_expected_pool bigint)
RETURNS TABLE (customer_id bigint, code text, data jsonb)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp ROWS 1 AS $$
DECLARE
    claimer record;
    c record;
    q pool%ROWTYPE;
    used record;
    in_scope boolean;
    at timestamptz;
    tomorrow timestamptz;
    ended timestamptz;
    batch bigint;
BEGIN
    -- Called as a transaction of its own it stands alone; inside one it must be the transaction's tenant.
    IF nullif(current_setting('app.tenant_id', true), '')::bigint <> p_tenant THEN
        RAISE insufficient_privilege USING MESSAGE = 'tenant argument differs from app.tenant_id';
    END IF;
    -- A look without a lock: most losers of a rush are told here, for a fraction of the cost.
    IF cardinality(p_customers) = 1 THEN
        SELECT x.state, x.owner_id, x.merged_into INTO c FROM customer x
        WHERE x.tenant_id = p_tenant AND x.id = p_customers[1] AND x.state <> 'pooled';
        IF FOUND THEN
            customer_id := p_customers[1];
            code := claim_state_code(c.state, c.owner_id, p_person);
            data := claim_state_data(p_tenant, code, c.owner_id, c.merged_into);
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;
    SELECT p.state, p.leave_from, p.leave_until, p.roles, p.department_id INTO claimer
    FROM person p WHERE p.tenant_id = p_tenant AND p.id = p_person FOR NO KEY UPDATE;
    IF cardinality(p_customers) > 1 THEN
        PERFORM FROM customer x WHERE x.tenant_id = p_tenant AND x.id = ANY (p_customers)
        ORDER BY x.id FOR NO KEY UPDATE;
    END IF;
    FOREACH customer_id IN ARRAY p_customers LOOP
        code := NULL;
        data := '{}';
        SELECT x.id, x.version, x.state, x.owner_id, x.merged_into, x.pool_id, x.spell_no INTO c FROM customer x
        WHERE x.tenant_id = p_tenant AND x.id = customer_id FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            code := 'not_found';
            RETURN NEXT;
            CONTINUE;
        END IF;
        IF at IS NULL THEN
            at := clock_timestamp();  -- after the wait
            tomorrow := ((at AT TIME ZONE p_zone)::date + 1)::timestamp AT TIME ZONE p_zone;
        END IF;
        code := claim_state_code(c.state, c.owner_id, p_person);
        IF code IS NOT NULL THEN
            data := claim_state_data(p_tenant, code, c.owner_id, c.merged_into);
        ELSIF c.pool_id <> p_expected_pool THEN
            code := 'moved';
            data := jsonb_build_object('pool_id', c.pool_id::text);
        ELSIF claimer.state <> 'active' THEN
            code := 'not_active';
        ELSIF claimer.leave_from <= at AND at < claimer.leave_until THEN
            code := 'on_leave';
            data := jsonb_build_object('until', claimer.leave_until);
        ELSE
            IF q.id IS DISTINCT FROM c.pool_id THEN
                SELECT x.* INTO q FROM pool x WHERE x.tenant_id = p_tenant AND x.id = c.pool_id;
                in_scope := in_claim_scope(p_tenant, q.id, p_person, claimer.roles, claimer.department_id);
                used := pool_usage(p_tenant, p_person, q.id, date_trunc('day', at, p_zone), q.holding_exempt_won_days);
            END IF;
            -- When the claimer's spell ended, if they are among the last k distinct holders.
            ended := CASE WHEN c.spell_no > 0 AND q.cooldown_days > 0 THEN (
                SELECT r.ended_at FROM (
                    SELECT s.owner_id, max(s.ended_at) AS ended_at FROM spell s
                    WHERE s.tenant_id = p_tenant AND s.customer_id = c.id GROUP BY s.owner_id
                    ORDER BY max(s.no) DESC LIMIT q.cooldown_holders) r WHERE r.owner_id = p_person) END;
            -- To the end of the n-th local day after.
            ended := ((ended AT TIME ZONE p_zone)::date + q.cooldown_days + 1)::timestamp AT TIME ZONE p_zone;
            IF NOT in_scope THEN
                code := 'not_in_scope';
                data := jsonb_build_object('pool_id', c.pool_id::text);
            ELSIF at < ended THEN
                code := 'cooldown_until';
                data := jsonb_build_object('until', ended, 'days', q.cooldown_days);
            ELSIF used.daily_used >= q.daily_quota THEN
                code := 'daily_quota';
                data := jsonb_build_object('used', used.daily_used, 'limit', q.daily_quota, 'until', tomorrow);
            ELSIF used.held >= q.holding_cap THEN
                code := 'holding_cap';
                data := jsonb_build_object('used', used.held, 'limit', q.holding_cap);
            ELSIF used.untouched >= q.untouched_cap THEN
                code := 'untouched_cap';
                data := jsonb_build_object('used', used.untouched, 'limit', q.untouched_cap);
            ELSE
                used.daily_used := used.daily_used + 1;
                used.held := used.held + 1;
                used.untouched := used.untouched + 1;
                IF cardinality(p_customers) > 1 AND batch IS NULL THEN
                    INSERT INTO batch (tenant_id, kind, actor_id, at) VALUES (p_tenant, 'claim', p_person, at)
                    RETURNING id INTO batch;
                END IF;
                IF open_spell(p_tenant, c.id, c.version, p_person, 'claim', 'person', p_person, at, batch, NULL,
                    jsonb_build_object('daily_quota', jsonb_build_array(used.daily_used, q.daily_quota),
                        'holding_cap', jsonb_build_array(used.held, q.holding_cap),
                        'untouched_cap', jsonb_build_array(used.untouched, q.untouched_cap))) IS NULL THEN
                    RAISE 'customer % changed under its lock', c.id;
                END IF;
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

-- Search -----------------------------------------------------------------------------------------------
-- Array @> and LIKE are not leakproof: under row-level security they can't use the index. So the search
-- looks past the fence, for one checked tenant, and applies the caller's visibility itself.
-- Two ways, as no plan is quick for both: from the few customers that the caller sees; or from the names, newest
-- first, looking at each customer only until the page is full. The planner takes LIKE for a second, independent
-- condition and expects far too few hits of a common word; CASE keeps it from guessing.
CREATE FUNCTION search_customers(
    p_tenant bigint, p_grams text[], p_like text,
    p_all boolean, p_owners bigint[], p_pools bigint[], p_states text[], p_before bigint, p_limit integer
) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan SET max_parallel_workers_per_gather = 0 SET enable_seqscan = off AS $$
DECLARE
    few CONSTANT integer := 10000;
    owners CONSTANT bigint[] := CASE WHEN 'owned' = ANY (p_states) THEN p_owners ELSE '{}' END;
    pools CONSTANT bigint[] := CASE WHEN 'pooled' = ANY (p_states) THEN p_pools ELSE '{}' END;
BEGIN
    PERFORM check_tenant(p_tenant);
    IF NOT p_all AND p_states <@ '{owned,pooled}' AND
        (SELECT count(*) FROM (SELECT FROM customer c
            WHERE c.tenant_id = p_tenant AND c.owner_id = ANY (owners) LIMIT few + 1) x)
        + (SELECT count(*) FROM (SELECT FROM customer c
            WHERE c.tenant_id = p_tenant AND c.state = 'pooled' AND c.pool_id = ANY (pools) LIMIT few + 1) x) <= few
    THEN
        RETURN QUERY
        SELECT s.customer_id FROM customer_search s JOIN (
            SELECT c.id FROM customer c WHERE c.tenant_id = p_tenant AND c.owner_id = ANY (owners)
            UNION ALL
            SELECT c.id FROM customer c WHERE c.tenant_id = p_tenant AND c.state = 'pooled' AND c.pool_id = ANY (pools)
        ) c ON c.id = s.customer_id
        WHERE s.tenant_id = p_tenant AND CASE WHEN s.words LIKE p_like THEN true ELSE false END AND s.grams @> p_grams
          AND (p_before IS NULL OR s.customer_id < p_before)
        ORDER BY s.customer_id DESC LIMIT p_limit;
        RETURN;
    END IF;
    -- Sorting or joining in the outer query would make the planner fetch every hit first.
    RETURN QUERY
    SELECT x.customer_id FROM (
        SELECT s.customer_id FROM customer_search s
        WHERE s.tenant_id = p_tenant AND CASE WHEN s.words LIKE p_like THEN true ELSE false END AND s.grams @> p_grams
          AND (p_before IS NULL OR s.customer_id < p_before)
        ORDER BY s.customer_id DESC OFFSET 0) x
    WHERE (SELECT c.state = ANY (p_states)
              AND (p_all OR c.owner_id = ANY (p_owners) OR (c.owner_id IS NULL AND c.pool_id = ANY (p_pools)))
           FROM customer c WHERE c.tenant_id = p_tenant AND c.id = x.customer_id)
    LIMIT p_limit;
END $$;

-- The fence --------------------------------------------------------------------------------------------

DO $$
DECLARE t text;
BEGIN
    FOR t IN SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables b USING (table_schema, table_name)
             WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id' AND b.table_type = 'BASE TABLE'
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY tenant_only ON %I USING (tenant_id = (SELECT app_tenant()))', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO gonghai_app', t);
    END LOOP;
END $$;
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON tenant USING (id = (SELECT app_tenant()));
GRANT SELECT, UPDATE ON tenant TO gonghai_app;
-- The log is append-only.
REVOKE UPDATE, DELETE ON event FROM gonghai_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO gonghai_app;
GRANT USAGE ON SCHEMA public TO gonghai_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gonghai_app;
