-- Collaborators: who else works on an owned customer. A row belongs to a spell and is in force while that one is open
-- and the person active; an owner's or manager's transfer takes it along.
CREATE TABLE collaborator (
    tenant_id   bigint NOT NULL,
    customer_id bigint NOT NULL,
    spell_no    integer NOT NULL,
    person_id   bigint NOT NULL,
    added_by    bigint,
    added_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, customer_id, spell_no, person_id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id)
);
CREATE INDEX collaborator_person ON collaborator (tenant_id, person_id) INCLUDE (customer_id, spell_no);

-- As before (0001_fences.sql), and customers shared with the caller, who decides on them again by their spell.
DROP FUNCTION search_customers(bigint, text[], text, boolean, bigint[], bigint[], text[], bigint, integer);
CREATE FUNCTION search_customers(
    p_tenant bigint, p_grams text[], p_like text,
    p_all boolean, p_owners bigint[], p_pools bigint[], p_shared bigint[], p_states text[], p_before bigint,
    p_limit integer
) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan SET max_parallel_workers_per_gather = 0 SET enable_seqscan = off AS $$
DECLARE
    few CONSTANT integer := 10000;
    owners CONSTANT bigint[] := CASE WHEN 'owned' = ANY (p_states) THEN p_owners ELSE '{}' END;
    pools CONSTANT bigint[] := CASE WHEN 'pooled' = ANY (p_states) THEN p_pools ELSE '{}' END;
    shared CONSTANT bigint[] := CASE WHEN 'owned' = ANY (p_states) THEN p_shared ELSE '{}' END;
BEGIN
    PERFORM check_tenant(p_tenant);
    IF NOT p_all AND p_states <@ '{owned,pooled}' AND
        (SELECT count(*) FROM (SELECT FROM customer c
            WHERE c.tenant_id = p_tenant AND c.owner_id = ANY (owners) LIMIT few + 1) x)
        + (SELECT count(*) FROM (SELECT FROM customer c
            WHERE c.tenant_id = p_tenant AND c.state = 'pooled' AND c.pool_id = ANY (pools) LIMIT few + 1) x)
        + cardinality(shared) <= few
    THEN
        RETURN QUERY
        SELECT s.customer_id FROM customer_search s JOIN (
            SELECT c.id FROM customer c WHERE c.tenant_id = p_tenant AND c.owner_id = ANY (owners)
            UNION ALL
            SELECT c.id FROM customer c WHERE c.tenant_id = p_tenant AND c.state = 'pooled' AND c.pool_id = ANY (pools)
            UNION ALL  -- one is never shared with its owner, but may be with the owner's manager
            SELECT c.id FROM customer c WHERE c.tenant_id = p_tenant AND c.id = ANY (shared) AND c.state = 'owned'
                AND c.owner_id <> ALL (owners)
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
              AND (p_all OR c.owner_id = ANY (p_owners) OR (c.owner_id IS NULL AND c.pool_id = ANY (p_pools))
                   OR (c.state = 'owned' AND c.id = ANY (p_shared)))
           FROM customer c WHERE c.tenant_id = p_tenant AND c.id = x.customer_id)
    LIMIT p_limit;
END $$;
