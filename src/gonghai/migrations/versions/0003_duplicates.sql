-- Keys by which the same customer is known again (customers/likeness.py says what they are).
CREATE TABLE customer_key (
    tenant_id   bigint NOT NULL,
    customer_id bigint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('uscc', 'phone', 'email', 'name')),
    value       text NOT NULL,
    PRIMARY KEY (tenant_id, kind, value, customer_id),
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customer (tenant_id, id)
);
CREATE INDEX customer_key_customer ON customer_key (tenant_id, customer_id);

-- Rows left out because the customer is there already.
ALTER TABLE import ADD COLUMN duplicates integer NOT NULL DEFAULT 0;
