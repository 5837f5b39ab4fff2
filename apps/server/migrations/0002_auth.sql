-- Sign-in tables stay on the coordinator: no store_id, no row security, never distributed. The columns are those the
-- sign-in library asks for, in snake_case; ids are made by the app.
CREATE TABLE auth_user (
  id uuid NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  email_verified boolean NOT NULL DEFAULT false,
  image text,
  username text NOT NULL,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT auth_user_pk PRIMARY KEY (id),
  CONSTRAINT auth_user_email_key UNIQUE (email),
  CONSTRAINT auth_user_username_key UNIQUE (username)
);

CREATE TABLE auth_session (
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  token text NOT NULL,
  expires_at timestamptz NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT auth_session_pk PRIMARY KEY (id),
  CONSTRAINT auth_session_token_key UNIQUE (token),
  CONSTRAINT auth_session_user_fk FOREIGN KEY (user_id) REFERENCES auth_user (id) ON DELETE CASCADE
);

CREATE INDEX auth_session_user ON auth_session (user_id, created_at DESC);

CREATE TABLE auth_account (
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  account_id text NOT NULL,
  provider_id text NOT NULL,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT auth_account_pk PRIMARY KEY (id),
  CONSTRAINT auth_account_provider_key UNIQUE (provider_id, account_id),
  CONSTRAINT auth_account_user_fk FOREIGN KEY (user_id) REFERENCES auth_user (id) ON DELETE CASCADE
);

CREATE INDEX auth_account_user ON auth_account (user_id);

CREATE TABLE auth_verification (
  id uuid NOT NULL,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT auth_verification_pk PRIMARY KEY (id)
);

CREATE INDEX auth_verification_identifier ON auth_verification (identifier);

-- Who holds which role in which store; a group role is the same role held in several stores. Read at every sign-in by
-- person, across stores, so it stays beside the sign-in tables.
CREATE TABLE staff_role (
  store_id uuid NOT NULL,
  user_id uuid NOT NULL,
  role text NOT NULL,
  granted_at timestamptz NOT NULL,
  CONSTRAINT staff_role_pk PRIMARY KEY (store_id, user_id, role),
  CONSTRAINT staff_role_user_fk FOREIGN KEY (user_id) REFERENCES auth_user (id),
  CONSTRAINT staff_role_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE INDEX staff_role_user ON staff_role (user_id);

-- Inside a store's scope a person is a name beside an id, nothing more.
GRANT SELECT (id, name) ON auth_user TO changhui_app;
