-- A key acts with one role in one store. The secret is kept as a SHA-256 only: it has 256 random bits, so a slow hash
-- would protect nothing. The key itself names its store, so looking it up asks one store.
CREATE TABLE api_key (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  secret_hash text NOT NULL,
  start text NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  last_used_at timestamptz,
  revoked_at timestamptz,
  CONSTRAINT api_key_pk PRIMARY KEY (store_id, id),
  CONSTRAINT api_key_secret_key UNIQUE (store_id, secret_hash),
  CONSTRAINT api_key_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE TABLE webhook (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  url text NOT NULL,
  events text[] NOT NULL,
  secret text NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  failures integer NOT NULL DEFAULT 0,
  last_delivered_at timestamptz,
  created_at timestamptz NOT NULL,
  created_by uuid,
  CONSTRAINT webhook_pk PRIMARY KEY (store_id, id),
  CONSTRAINT webhook_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

-- One event on its way to one webhook. The id is derived from (event, webhook): handing an event over twice is one delivery.
CREATE TABLE webhook_delivery (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  topic text NOT NULL,
  payload jsonb NOT NULL,
  state text NOT NULL,
  attempts smallint NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL,
  last_status integer,
  created_at timestamptz NOT NULL,
  delivered_at timestamptz,
  CONSTRAINT webhook_delivery_pk PRIMARY KEY (store_id, id),
  CONSTRAINT webhook_delivery_state_known CHECK (state IN ('waiting', 'delivered', 'given-up')),
  CONSTRAINT webhook_delivery_webhook_fk FOREIGN KEY (store_id, webhook_id) REFERENCES webhook (store_id, id) ON DELETE CASCADE
);

CREATE INDEX webhook_delivery_due ON webhook_delivery (store_id, next_at) WHERE state = 'waiting';

SELECT changhui_protect('api_key');

SELECT changhui_protect('webhook');

SELECT changhui_protect('webhook_delivery');
