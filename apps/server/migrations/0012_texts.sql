-- A new version of a script is a draft until the care manager approves it; the versions there are were in force already.
ALTER TABLE script ADD COLUMN state text NOT NULL DEFAULT 'approved',
  ADD COLUMN decided_at timestamptz,
  ADD COLUMN decided_by uuid,
  ADD CONSTRAINT script_state_known CHECK (state IN ('draft', 'approved', 'withdrawn'));

UPDATE script SET decided_at = created_at, decided_by = created_by;

ALTER TABLE script ALTER COLUMN state SET DEFAULT 'draft';

REVOKE UPDATE, DELETE ON script FROM changhui_app;

GRANT UPDATE (state, decided_at, decided_by) ON script TO changhui_app;

-- Versions of a message text, one row each, over the texts that ship with the product. What was written never changes: only the
-- decision on it is written later. Own texts of a store carry their name.
CREATE TABLE message_template (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  key text NOT NULL,
  channel text NOT NULL,
  version integer NOT NULL,
  name text,
  purpose text NOT NULL,
  subject text,
  body text NOT NULL,
  state text NOT NULL DEFAULT 'draft',
  decided_at timestamptz,
  decided_by uuid,
  created_at timestamptz NOT NULL,
  created_by uuid,
  CONSTRAINT message_template_pk PRIMARY KEY (store_id, id),
  CONSTRAINT message_template_version_key UNIQUE (store_id, key, channel, version),
  CONSTRAINT message_template_state_known CHECK (state IN ('draft', 'approved', 'withdrawn')),
  CONSTRAINT message_template_channel_known CHECK (channel IN ('sms', 'wechat', 'wecom', 'email', 'in-app')),
  CONSTRAINT message_template_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

-- A text sent to a number or address that somebody typed, to see how it arrives. It belongs to no customer and counts for nothing;
-- the recipient is kept masked.
CREATE TABLE message_test (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  template_key text NOT NULL,
  channel text NOT NULL,
  recipient_masked text NOT NULL,
  body text NOT NULL,
  state text NOT NULL,
  provider text,
  reason text,
  at timestamptz NOT NULL,
  by_user uuid,
  CONSTRAINT message_test_pk PRIMARY KEY (store_id, id),
  CONSTRAINT message_test_state_known CHECK (state IN ('sending', 'accepted', 'refused', 'unknown')),
  CONSTRAINT message_test_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE INDEX message_test_time ON message_test (store_id, at DESC, id DESC);

-- A one-off notice to many customers. Its id is made by the page, so sending it twice is one notice; the members are written down
-- with it, so that those who were counted are those who get it.
CREATE TABLE audience_send (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  template_key text NOT NULL,
  template_version integer NOT NULL,
  channel text NOT NULL,
  purpose text NOT NULL,
  subject text,
  body text NOT NULL,
  filters jsonb NOT NULL,
  expires_at timestamptz NOT NULL,
  state text NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  ended_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT audience_send_pk PRIMARY KEY (store_id, id),
  CONSTRAINT audience_send_state_known CHECK (state IN ('running', 'done', 'stopped')),
  CONSTRAINT audience_send_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE INDEX audience_send_time ON audience_send (store_id, created_at DESC, id DESC);

CREATE TABLE audience_member (
  store_id uuid NOT NULL,
  send_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  state text NOT NULL DEFAULT 'waiting',
  reason text,
  message_id uuid,
  CONSTRAINT audience_member_pk PRIMARY KEY (store_id, send_id, customer_id),
  CONSTRAINT audience_member_state_known CHECK (state IN ('waiting', 'queued', 'left-out')),
  CONSTRAINT audience_member_send_fk FOREIGN KEY (store_id, send_id) REFERENCES audience_send (store_id, id)
);

SELECT changhui_protect('message_template');

REVOKE UPDATE, DELETE ON message_template FROM changhui_app;

GRANT UPDATE (state, decided_at, decided_by) ON message_template TO changhui_app;

SELECT changhui_protect('message_test');

SELECT changhui_protect('audience_send');

SELECT changhui_protect('audience_member');
