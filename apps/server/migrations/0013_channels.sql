-- A store's account with a provider. The secrets are sealed by the application (AES-256-GCM, a key derived from the secret of the
-- installation): the table alone opens nothing. `access_token` is the provider's short-lived token, sealed alike, and shared by all
-- processes: a provider hands out few a day and the newest may end the one before.
CREATE TABLE channel_account (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  provider text NOT NULL,
  channel text NOT NULL,
  name text NOT NULL,
  settings jsonb NOT NULL DEFAULT '{}',
  secrets text NOT NULL,
  secret_tails jsonb NOT NULL DEFAULT '{}',
  enabled boolean NOT NULL DEFAULT true,
  priority smallint NOT NULL DEFAULT 100,
  fen_per_segment integer NOT NULL DEFAULT 0,
  access_token text,
  access_token_until timestamptz,
  last_accepted_at timestamptz,
  last_refused_at timestamptz,
  last_refusal text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  removed_at timestamptz,
  CONSTRAINT channel_account_pk PRIMARY KEY (store_id, id),
  CONSTRAINT channel_account_channel_known CHECK (channel IN ('sms', 'wechat', 'wecom', 'email')),
  CONSTRAINT channel_account_price_sane CHECK (fen_per_segment BETWEEN 0 AND 100000),
  CONSTRAINT channel_account_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE INDEX channel_account_in_force ON channel_account (store_id, channel, priority) WHERE enabled AND removed_at IS NULL;

-- What a customer is called where there are no phone numbers: the open id a follower has with the official account, the user id in
-- WeCom. Without a customer until somebody says who it is.
CREATE TABLE channel_address (
  store_id uuid NOT NULL,
  channel text NOT NULL,
  address text NOT NULL,
  customer_id uuid,
  reachable boolean NOT NULL DEFAULT true,
  changed_at timestamptz NOT NULL,
  CONSTRAINT channel_address_pk PRIMARY KEY (store_id, channel, address),
  CONSTRAINT channel_address_channel_known CHECK (channel IN ('wechat', 'wecom')),
  CONSTRAINT channel_address_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customer (store_id, id)
);

CREATE INDEX channel_address_customer ON channel_address (store_id, customer_id, channel) WHERE customer_id IS NOT NULL;

-- One-time subscriptions: the provider tells no balance, so what was granted and used is written down here and never changed. The
-- balance is the sum of `change`. Ids derive from the cause, so that an event told twice counts once.
CREATE TABLE wechat_credit (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  open_id text NOT NULL,
  template_id text NOT NULL,
  change smallint NOT NULL,
  kind text NOT NULL,
  message_id uuid,
  at timestamptz NOT NULL,
  CONSTRAINT wechat_credit_pk PRIMARY KEY (store_id, id),
  CONSTRAINT wechat_credit_kind_known CHECK (kind IN ('granted', 'spent', 'returned', 'void')),
  CONSTRAINT wechat_credit_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE INDEX wechat_credit_balance ON wechat_credit (store_id, open_id, template_id) INCLUDE (change);

SELECT changhui_protect('channel_account');

SELECT changhui_protect('channel_address');

SELECT changhui_protect('wechat_credit', append_only => true);
