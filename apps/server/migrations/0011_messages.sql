-- One life of a message for every channel: queued → sending → sent → delivered, or failed (dead letter), or dropped.
ALTER TABLE message DROP CONSTRAINT message_state_known;

ALTER TABLE message ALTER COLUMN recipient DROP NOT NULL;

-- `channels`: as wished, in order of preference; `channel`: the one it is on. `next_at`: not taken up earlier; while it is being
-- sent, the moment the claim runs out. `held`: what the gate makes it wait for. `attempts`: tries on the present channel.
ALTER TABLE message
  ADD COLUMN vehicle_id uuid,
  ADD COLUMN visit_id uuid,
  ADD COLUMN channels text[] NOT NULL DEFAULT '{}',
  ADD COLUMN subject text,
  ADD COLUMN template_key text,
  ADD COLUMN template_version integer,
  ADD COLUMN template_variables jsonb,
  ADD COLUMN waited_for boolean NOT NULL DEFAULT false,
  ADD COLUMN ends_with_visit boolean NOT NULL DEFAULT false,
  ADD COLUMN not_before timestamptz,
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN next_at timestamptz,
  ADD COLUMN held text,
  ADD COLUMN attempts smallint NOT NULL DEFAULT 0,
  ADD COLUMN claim uuid,
  ADD COLUMN provider text,
  ADD COLUMN provider_id text,
  ADD COLUMN segments smallint,
  ADD COLUMN reason text,
  ADD COLUMN code text,
  ADD COLUMN sent_at timestamptz,
  ADD COLUMN ended_at timestamptz;

-- What stood there before: shown in the outbox and never sent. What still waits would be days late: it ends as expired.
UPDATE message SET
  purpose = 'reminder',
  channel = CASE channel WHEN 'mail' THEN 'email' ELSE channel END,
  channels = ARRAY[CASE channel WHEN 'mail' THEN 'email' ELSE channel END],
  state = CASE state WHEN 'shown' THEN 'delivered' ELSE state END,
  provider = CASE state WHEN 'shown' THEN 'embedded' END,
  provider_id = CASE state WHEN 'shown' THEN id::text END,
  sent_at = CASE state WHEN 'shown' THEN created_at END,
  ended_at = CASE state WHEN 'shown' THEN created_at END,
  next_at = CASE state WHEN 'queued' THEN created_at END,
  expires_at = CASE state WHEN 'queued' THEN created_at + interval '3 days' END;

UPDATE store_setting SET value = replace(value::text, '"mail"', '"email"')::jsonb
WHERE area LIKE 'programme:%' AND value::text LIKE '%"mail"%';

ALTER TABLE message ADD CONSTRAINT message_state_known
  CHECK (state IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'dropped'));

ALTER TABLE message ADD CONSTRAINT message_waiting_has_time CHECK ((state IN ('queued', 'sending')) = (next_at IS NOT NULL));

ALTER TABLE message ADD CONSTRAINT message_unsent_has_reason CHECK (state NOT IN ('failed', 'dropped') OR reason IS NOT NULL);

-- What is due, and what a worker that died left behind: one index for both.
CREATE INDEX message_due ON message (store_id, next_at) WHERE state IN ('queued', 'sending');

CREATE INDEX message_customer ON message (store_id, customer_id, created_at);

CREATE INDEX message_task ON message (store_id, task_id) WHERE task_id IS NOT NULL;

CREATE INDEX message_failed ON message (store_id, ended_at) WHERE state = 'failed';

-- Each time a message was handed to a provider. The id is derived from message, channel, attempt and claim. Without foreign keys: written by the
-- thousand beside the message itself, which is never deleted.
CREATE TABLE message_try (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  message_id uuid NOT NULL,
  at timestamptz NOT NULL,
  channel text NOT NULL,
  provider text NOT NULL,
  attempt smallint NOT NULL,
  result text NOT NULL,
  provider_id text,
  code text,
  reason text,
  CONSTRAINT message_try_pk PRIMARY KEY (store_id, id),
  CONSTRAINT message_try_result_known CHECK (result IN ('accepted', 'refused', 'unknown'))
);

CREATE INDEX message_try_message ON message_try (store_id, message_id);

CREATE INDEX message_try_provider ON message_try (store_id, provider, provider_id) WHERE provider_id IS NOT NULL;

-- What providers report afterwards, every word of it once, in whatever order it comes.
CREATE TABLE message_receipt (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  provider text NOT NULL,
  provider_id text NOT NULL,
  state text NOT NULL,
  code text,
  reason text,
  bad_address boolean NOT NULL DEFAULT false,
  at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  CONSTRAINT message_receipt_pk PRIMARY KEY (store_id, id),
  CONSTRAINT message_receipt_state_known CHECK (state IN ('delivered', 'failed'))
);

CREATE INDEX message_receipt_provider ON message_receipt (store_id, provider, provider_id);

-- Receipts that came before the answer they belong to was written, or belong to nothing known here.
CREATE TABLE message_receipt_waiting (
  store_id uuid NOT NULL,
  receipt_id uuid NOT NULL,
  received_at timestamptz NOT NULL,
  CONSTRAINT message_receipt_waiting_pk PRIMARY KEY (store_id, receipt_id)
);

-- What customers write back.
CREATE TABLE inbound_message (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  channel text NOT NULL,
  provider text NOT NULL,
  sender text NOT NULL,
  body text NOT NULL,
  opt_out boolean NOT NULL,
  customer_ids uuid[] NOT NULL,
  at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  CONSTRAINT inbound_message_pk PRIMARY KEY (store_id, id)
);

CREATE INDEX inbound_message_time ON inbound_message (store_id, at);

-- Why one called: what the contact gate counts it as.
ALTER TABLE attempt ADD COLUMN purpose text;

SELECT changhui_protect('message_try', append_only => true);

SELECT changhui_protect('message_receipt', append_only => true);

SELECT changhui_protect('message_receipt_waiting');

SELECT changhui_protect('inbound_message', append_only => true);

-- Every contact that was made: calls that were dialled, messages that went out. Several of one task are one touch; a message
-- without a task is a matter of its own.
CREATE VIEW contact_history WITH (security_invoker = true) AS
  SELECT t.store_id, t.customer_id, a.at,
    coalesce(a.purpose, CASE t.programme WHEN 'complaint' THEN 'complaint' ELSE 'reminder' END) AS purpose,
    a.channel, t.id AS task_id, NULL::uuid AS visit_id, false AS waited_for
  FROM task t
  JOIN attempt a ON a.store_id = t.store_id AND a.task_id = t.id
  WHERE a.channel = 'call'
  UNION ALL
  SELECT m.store_id, m.customer_id, m.sent_at, m.purpose, m.channel, coalesce(m.task_id, m.id), m.visit_id, m.waited_for
  FROM message m
  WHERE m.state IN ('sent', 'delivered') AND m.sent_at IS NOT NULL;

-- How every message that has ended did end. `sent`: accepted, and no receipt so far.
CREATE VIEW message_result WITH (security_invoker = true) AS
  SELECT store_id, id AS message_id, task_id, customer_id, purpose, channel, state, reason,
    coalesce(ended_at, sent_at, created_at) AS at
  FROM message
  WHERE state IN ('sent', 'delivered', 'failed', 'dropped');

GRANT SELECT ON contact_history, message_result TO changhui_app;
