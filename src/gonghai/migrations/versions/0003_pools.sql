-- What a pool and a company set about claiming, dealing, masking, rights and duplicates.
ALTER TABLE pool
    ADD COLUMN mode text NOT NULL DEFAULT 'list' CHECK (mode IN ('list', 'next_best', 'draw')),
    -- [{"days": [1, 2, 3, 4, 5] or "working", "from": "09:00", "until": "18:00"}, …], local; none: always open
    ADD COLUMN claim_windows jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN freeze_hours integer NOT NULL DEFAULT 0 CHECK (freeze_hours >= 0),
    ADD COLUMN min_interval_seconds integer NOT NULL DEFAULT 0 CHECK (min_interval_seconds >= 0),
    ADD COLUMN holding_exempt jsonb,   -- a condition: customers that don't count as held
    ADD COLUMN approval jsonb,         -- a condition: claims of these customers become requests
    ADD COLUMN exempt_admins boolean NOT NULL DEFAULT false,
    ADD COLUMN hide_claimers boolean NOT NULL DEFAULT false,  -- losers are told "gone", not who was faster
    -- next best
    ADD COLUMN offer_minutes integer NOT NULL DEFAULT 10 CHECK (offer_minutes > 0),
    ADD COLUMN decline_cost integer NOT NULL DEFAULT 1 CHECK (decline_cost >= 0),  -- of the daily quota
    ADD COLUMN decline_wait_minutes integer NOT NULL DEFAULT 0 CHECK (decline_wait_minutes >= 0),
    -- draw
    ADD COLUMN draw_most_wishes integer NOT NULL DEFAULT 20 CHECK (draw_most_wishes > 0),
    -- before a claim
    ADD COLUMN reveal_quota integer NOT NULL DEFAULT 0 CHECK (reveal_quota >= 0),  -- a day; 0: nothing is revealed
    ADD COLUMN follow_up_unclaimed boolean NOT NULL DEFAULT false,
    ADD COLUMN hide_earlier_notes boolean NOT NULL DEFAULT false,
    ADD COLUMN collaborators_count boolean NOT NULL DEFAULT false;  -- their follow-ups stop the clocks

ALTER TABLE tenant
    ADD COLUMN holding_cap integer CHECK (holding_cap >= 0),  -- over all pools; null: none
    ADD COLUMN field_rights jsonb NOT NULL DEFAULT '{}',      -- {role: {field: "hide" or "read"}}; left out: write
    -- 撞单: what somebody is told of a match they may not see; who keeps it
    ADD COLUMN duplicate_told text NOT NULL DEFAULT 'exists' CHECK (duplicate_told IN ('owner', 'exists', 'nothing')),
    ADD COLUMN duplicate_keeper text NOT NULL DEFAULT 'admin' CHECK (duplicate_keeper IN ('owner', 'active', 'admin')),
    ADD COLUMN duplicate_active_days integer NOT NULL DEFAULT 30 CHECK (duplicate_active_days > 0);

ALTER TABLE request
    DROP CONSTRAINT request_kind_check,
    ADD CONSTRAINT request_kind_check
        CHECK (kind IN ('transfer', 'extension', 'appeal', 'archive', 'reverify', 'claim', 'duplicate'));
-- Several people may ask for one customer at the same time.
DROP INDEX request_open;
CREATE UNIQUE INDEX request_open ON request
    (tenant_id, kind, customer_id, spell_no, (CASE WHEN kind IN ('claim', 'duplicate') THEN asked_by ELSE 0 END))
    WHERE state = 'open';
