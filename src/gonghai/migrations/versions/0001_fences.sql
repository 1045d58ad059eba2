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
RETURNS TABLE (tenant_id bigint, person_id bigint, csrf_token text, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.tenant_id, s.person_id, s.csrf_token, s.expires_at
    FROM session s JOIN person p ON p.tenant_id = s.tenant_id AND p.id = s.person_id
    WHERE s.token_hash = p_token_hash AND s.expires_at > now() AND p.state = 'active'
$$;

CREATE FUNCTION find_api_key(p_key_hash bytea)
RETURNS TABLE (tenant_id bigint, person_id bigint, key_id bigint, scopes text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.tenant_id, k.person_id, k.id, k.scopes
    FROM api_key k JOIN person p ON p.tenant_id = k.tenant_id AND p.id = k.person_id
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
-- Small statements with generic plans: planning a large one anew for each claim cost five times the claim.

-- How much of a pool's limits a person has used: the one definition, for claims and for "what is left".
CREATE FUNCTION pool_usage(
    p_tenant bigint, p_person bigint, p_pool bigint, p_day_start timestamptz, p_exempt_won_days integer,
    OUT daily_used integer, OUT held integer, OUT untouched integer
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT count(*) INTO daily_used FROM event e
    WHERE e.tenant_id = p_tenant AND e.actor_id = p_person AND e.kind = 'claim' AND e.pool_from = p_pool
      AND e.at >= p_day_start;
    SELECT count(*) FILTER (WHERE p_exempt_won_days IS NULL OR x.last_win_at IS NULL
               OR x.last_win_at < p_day_start - make_interval(days => p_exempt_won_days)),
           count(*) FILTER (WHERE x.spell_claimed AND x.first_contact_at IS NULL)
    INTO held, untouched
    FROM customer x WHERE x.tenant_id = p_tenant AND x.owner_id = p_person AND x.pool_id = p_pool;
END $$;

-- Whether a person may claim from a pool: all, by name, by role, or by a department at or above theirs.
CREATE FUNCTION in_claim_scope(p_tenant bigint, p_pool bigint, p_person bigint, p_roles text[], p_department bigint)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    departments bigint[];
BEGIN
    IF EXISTS (SELECT FROM pool_scope s WHERE s.tenant_id = p_tenant AND s.pool_id = p_pool AND s.right_name = 'claim'
               AND (s.subject = 'all' OR (s.subject = 'person' AND s.subject_id = p_person)
                    OR (s.subject = 'role' AND s.role = ANY (p_roles)))) THEN
        RETURN true;
    END IF;
    SELECT array_agg(s.subject_id) INTO departments FROM pool_scope s
    WHERE s.tenant_id = p_tenant AND s.pool_id = p_pool AND s.right_name = 'claim' AND s.subject = 'department';
    WHILE p_department IS NOT NULL AND departments IS NOT NULL LOOP
        IF p_department = ANY (departments) THEN
            RETURN true;
        END IF;
        SELECT d.parent_id INTO p_department FROM department d WHERE d.tenant_id = p_tenant AND d.id = p_department;
    END LOOP;
    RETURN false;
END $$;

-- One round trip: lock the claimer, then the customers in id order, and only then, in later statements,
-- count. A count beside the lock keeps the snapshot from before the wait. `at` is taken after the wait.
CREATE FUNCTION claim_facts(p_tenant bigint, p_person bigint, p_customers bigint[], p_zone text)
RETURNS TABLE (
    customer_id bigint, version bigint, state text, owner_id bigint, owner_name text, merged_into bigint,
    pool_id bigint, in_scope boolean, spell_ended_at timestamptz,
    daily_used integer, held integer, untouched integer,
    daily_quota integer, holding_cap integer, untouched_cap integer, cooldown_days integer,
    person_state text, on_leave_until timestamptz, at timestamptz
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan ROWS 1 AS $$
DECLARE
    claimer record;
    pool record;
    row record;
BEGIN
    PERFORM check_tenant(p_tenant);
    at := clock_timestamp();
    person_state := 'active';
    -- A look without a lock: most losers of a rush are told here, for a fraction of the cost.
    IF cardinality(p_customers) = 1 THEN
        SELECT c.id, c.version, c.state, c.owner_id, c.merged_into, c.pool_id
        INTO customer_id, version, state, owner_id, merged_into, pool_id
        FROM customer c WHERE c.tenant_id = p_tenant AND c.id = p_customers[1] AND c.state <> 'pooled';
        IF FOUND THEN
            owner_name := (SELECT p.name FROM person p WHERE p.tenant_id = p_tenant AND p.id = owner_id);
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;
    SELECT p.state, p.leave_from, p.leave_until, p.roles, p.department_id INTO claimer
    FROM person p WHERE p.tenant_id = p_tenant AND p.id = p_person FOR NO KEY UPDATE;
    PERFORM FROM customer c WHERE c.tenant_id = p_tenant AND c.id = ANY (p_customers) ORDER BY c.id FOR NO KEY UPDATE;
    at := clock_timestamp();
    person_state := claimer.state;
    on_leave_until := CASE WHEN claimer.leave_from <= at AND at < claimer.leave_until THEN claimer.leave_until END;
    FOR pool IN
        SELECT q.* FROM pool q WHERE q.tenant_id = p_tenant AND q.id IN
            (SELECT c.pool_id FROM customer c WHERE c.tenant_id = p_tenant AND c.id = ANY (p_customers))
    LOOP
        in_scope := in_claim_scope(p_tenant, pool.id, p_person, claimer.roles, claimer.department_id);
        SELECT u.daily_used, u.held, u.untouched INTO daily_used, held, untouched
        FROM pool_usage(p_tenant, p_person, pool.id, date_trunc('day', at, p_zone), pool.holding_exempt_won_days) u;
        daily_quota := pool.daily_quota;
        holding_cap := pool.holding_cap;
        untouched_cap := pool.untouched_cap;
        cooldown_days := pool.cooldown_days;
        FOR row IN
            SELECT c.id, c.version, c.state, c.owner_id, c.merged_into, c.pool_id, c.spell_no
            FROM customer c WHERE c.tenant_id = p_tenant AND c.id = ANY (p_customers) AND c.pool_id = pool.id
        LOOP
            customer_id := row.id;
            version := row.version;
            state := row.state;
            owner_id := row.owner_id;
            merged_into := row.merged_into;
            pool_id := row.pool_id;
            owner_name := CASE WHEN row.owner_id IS NOT NULL THEN
                (SELECT p.name FROM person p WHERE p.tenant_id = p_tenant AND p.id = row.owner_id) END;
            -- When the claimer's spell ended, if they are among the last k distinct holders.
            spell_ended_at := CASE WHEN row.spell_no > 0 THEN (
                SELECT r.ended_at FROM (
                    SELECT s.owner_id, max(s.ended_at) AS ended_at FROM spell s
                    WHERE s.tenant_id = p_tenant AND s.customer_id = row.id GROUP BY s.owner_id
                    ORDER BY max(s.no) DESC LIMIT pool.cooldown_holders) r WHERE r.owner_id = p_person) END;
            RETURN NEXT;
        END LOOP;
    END LOOP;
END $$;

-- Search -----------------------------------------------------------------------------------------------
-- Array @> and LIKE are not leakproof: under row-level security they can't use the index. So the search
-- looks past the fence, for one checked tenant, and applies the caller's visibility itself.
CREATE FUNCTION search_customers(
    p_tenant bigint, p_grams text[], p_like text,
    p_all boolean, p_owners bigint[], p_pools bigint[], p_states text[], p_before bigint, p_limit integer
) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    PERFORM check_tenant(p_tenant);
    RETURN QUERY
    SELECT s.customer_id FROM customer_search s JOIN customer c ON c.tenant_id = p_tenant AND c.id = s.customer_id
    WHERE s.tenant_id = p_tenant AND s.grams @> p_grams AND s.words LIKE p_like
      AND (p_before IS NULL OR s.customer_id < p_before)
      AND c.state = ANY (p_states)
      AND (p_all OR c.owner_id = ANY (p_owners) OR (c.owner_id IS NULL AND c.pool_id = ANY (p_pools)))
    ORDER BY s.customer_id DESC LIMIT p_limit;
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
