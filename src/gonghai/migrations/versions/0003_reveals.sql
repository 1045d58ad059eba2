-- What people look at before they claim: reveals and exports in the log, browsing by the day.

CREATE INDEX event_reveals ON event (tenant_id, actor_id, at) INCLUDE (kind, pool_from, subject_id)
    WHERE kind IN ('reveal', 'export');

-- Rows of a pool that a person was shown in lists, and pooled customers whose page they opened, per local day. Counted
-- by the server in memory and written every few seconds.
CREATE TABLE browsing (
    tenant_id bigint NOT NULL,
    person_id bigint NOT NULL,
    pool_id   bigint NOT NULL,
    day       date NOT NULL,
    listed    integer NOT NULL DEFAULT 0 CHECK (listed >= 0),
    opened    integer NOT NULL DEFAULT 0 CHECK (opened >= 0),
    PRIMARY KEY (tenant_id, person_id, day, pool_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, pool_id) REFERENCES pool (tenant_id, id)
);
CREATE INDEX browsing_day ON browsing (tenant_id, day);

-- What somebody began, or wrote, in a period: for reports. None of these columns changes later, so that ending a spell
-- still costs no index a write.
CREATE INDEX spell_owner ON spell (tenant_id, owner_id, started_at);
CREATE INDEX follow_up_author ON follow_up (tenant_id, author_id, recorded_at);
