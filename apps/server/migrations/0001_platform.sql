-- Groups and stores are reference rows: written first, read everywhere, few. Every other table carries store_id.
CREATE TABLE dealer_group (
  id uuid NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT dealer_group_pk PRIMARY KEY (id)
);

CREATE TABLE store (
  id uuid NOT NULL,
  group_id uuid,
  code text NOT NULL,
  name text NOT NULL,
  time_zone text NOT NULL DEFAULT 'Asia/Shanghai',
  phone text,
  address text,
  demo boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  CONSTRAINT store_pk PRIMARY KEY (id),
  CONSTRAINT store_code_key UNIQUE (code),
  CONSTRAINT store_code_form CHECK (code ~ '^[A-Z0-9][A-Z0-9_-]{0,31}$'),
  CONSTRAINT store_group_fk FOREIGN KEY (group_id) REFERENCES dealer_group (id)
);

-- The scope of a request: a plain role plus the list of stores it may touch, both ending with the transaction.
-- SET LOCAL runs inside a function because set_config() does not reach the workers of a distributed database, and the
-- plain role is needed because a superuser passes every row policy.
CREATE FUNCTION changhui_scope(stores uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SET LOCAL changhui.stores = %L', array_to_string(stores, ','));
  EXECUTE 'SET LOCAL ROLE changhui_app';
END
$$;

CREATE FUNCTION changhui_stores() RETURNS uuid[] LANGUAGE sql STABLE AS $$
  SELECT string_to_array(nullif(current_setting('changhui.stores', true), ''), ',')::uuid[]
$$;

-- Puts one store table under row security: the plain role may use it inside its scope only; append_only takes UPDATE and
-- DELETE away (a REVOKE, since triggers are off by default on a distributed database). The last step spreads the table by
-- store_id where the extension for it is installed and does nothing on one node.
CREATE FUNCTION changhui_protect(target text, append_only boolean DEFAULT false, store_column text DEFAULT 'store_id') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format(
    'CREATE POLICY %I ON %I TO changhui_app USING (%I = ANY ((SELECT changhui_stores())::uuid[])) WITH CHECK (%I = ANY ((SELECT changhui_stores())::uuid[]))',
    target || '_scope', target, store_column, store_column);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO changhui_app', target);
  IF append_only THEN
    EXECUTE format('REVOKE UPDATE, DELETE ON %I FROM changhui_app', target);
  END IF;
  IF store_column = 'store_id' AND EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
    EXECUTE format('SELECT create_distributed_table(%L, %L)', target, store_column);
  END IF;
END
$$;

-- An id that two machines derive alike from the same natural key (planned tasks, imported visits).
CREATE FUNCTION changhui_derive_id(natural_key text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT md5(natural_key)::uuid
$$;

CREATE TABLE store_setting (
  store_id uuid NOT NULL,
  area text NOT NULL,
  value jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  CONSTRAINT store_setting_pk PRIMARY KEY (store_id, area),
  CONSTRAINT store_setting_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE TABLE store_closure (
  store_id uuid NOT NULL,
  day date NOT NULL,
  reason text NOT NULL,
  CONSTRAINT store_closure_pk PRIMARY KEY (store_id, day),
  CONSTRAINT store_closure_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE TABLE audit_entry (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  actor uuid,
  actor_name text NOT NULL,
  action text NOT NULL,
  subject_kind text NOT NULL,
  subject_id text,
  detail jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT audit_entry_pk PRIMARY KEY (store_id, id),
  CONSTRAINT audit_entry_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE INDEX audit_entry_time ON audit_entry (store_id, at DESC, id DESC);

-- What must leave the store's transaction (jobs, messages, webhooks) is a row here first.
CREATE TABLE outbox_event (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  topic text NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  handed_over_at timestamptz,
  CONSTRAINT outbox_event_pk PRIMARY KEY (store_id, id),
  CONSTRAINT outbox_event_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE INDEX outbox_event_waiting ON outbox_event (store_id, created_at) WHERE handed_over_at IS NULL;

CREATE TABLE idempotency_key (
  store_id uuid NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  status integer,
  response jsonb,
  created_at timestamptz NOT NULL,
  CONSTRAINT idempotency_key_pk PRIMARY KEY (store_id, key),
  CONSTRAINT idempotency_key_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE TABLE saved_view (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  page text NOT NULL,
  name text NOT NULL,
  filters jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT saved_view_pk PRIMARY KEY (store_id, id),
  CONSTRAINT saved_view_name_key UNIQUE (store_id, user_id, page, name),
  CONSTRAINT saved_view_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

SELECT changhui_protect('store', store_column => 'id');

REVOKE INSERT, DELETE ON store FROM changhui_app;

SELECT changhui_protect('store_setting');

SELECT changhui_protect('store_closure');

SELECT changhui_protect('audit_entry', append_only => true);

SELECT changhui_protect('outbox_event');

SELECT changhui_protect('idempotency_key');

SELECT changhui_protect('saved_view');
