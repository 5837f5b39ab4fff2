-- One file brought in. The file itself lies in the data folder under its job's id.
CREATE TABLE import_job (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL,
  file_name text NOT NULL,
  size_bytes bigint NOT NULL,
  -- SHA-256 of the file: the same file, begun and broken off, goes on where it stood.
  file_hash text NOT NULL,
  state text NOT NULL,
  format text NOT NULL,
  encoding text,
  sheet text,
  headers jsonb NOT NULL,
  sample jsonb NOT NULL,
  mapping jsonb,
  counts jsonb,
  preview jsonb NOT NULL DEFAULT '[]',
  -- Rows of the file that are committed: where the next run goes on. `facts` = all rows are in, due dates are being refreshed.
  rows_done integer NOT NULL DEFAULT 0,
  bytes_done bigint NOT NULL DEFAULT 0,
  phase text NOT NULL DEFAULT 'rows',
  failure jsonb,
  -- Whoever works on the job extends this; once past, another process may go on with it.
  claimed_until timestamptz,
  claim uuid,
  started_at timestamptz,
  created_at timestamptz NOT NULL,
  created_by uuid,
  created_by_name text,
  updated_at timestamptz NOT NULL,
  CONSTRAINT import_job_pk PRIMARY KEY (store_id, id),
  CONSTRAINT import_job_kind_known CHECK (kind IN ('customers', 'deliveries', 'visits')),
  CONSTRAINT import_job_state_known CHECK (state IN ('uploaded', 'mapped', 'checking', 'checked', 'running', 'done', 'failed', 'rolled-back', 'interrupted', 'cancelled')),
  CONSTRAINT import_job_phase_known CHECK (phase IN ('rows', 'facts', 'end')),
  CONSTRAINT import_job_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE INDEX import_job_recent ON import_job (store_id, created_at DESC, id DESC);

-- A corrected mapping, found again by the kind and the headers of the next file.
CREATE TABLE import_mapping (
  store_id uuid NOT NULL,
  kind text NOT NULL,
  fingerprint text NOT NULL,
  mapping jsonb NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT import_mapping_pk PRIMARY KEY (store_id, kind, fingerprint),
  CONSTRAINT import_mapping_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

-- Every refusal and warning of a file; `dry` marks those of the latest dry run.
CREATE TABLE import_problem (
  store_id uuid NOT NULL,
  import_id uuid NOT NULL,
  dry boolean NOT NULL,
  row integer NOT NULL,
  place smallint NOT NULL,
  refused boolean NOT NULL,
  column_name text NOT NULL,
  reason text NOT NULL,
  value text NOT NULL,
  CONSTRAINT import_problem_pk PRIMARY KEY (store_id, import_id, dry, row, place),
  CONSTRAINT import_problem_job_fk FOREIGN KEY (store_id, import_id) REFERENCES import_job (store_id, id) ON DELETE CASCADE
);

-- A refused row as it stood in the file, to be corrected and imported again.
CREATE TABLE import_reject (
  store_id uuid NOT NULL,
  import_id uuid NOT NULL,
  dry boolean NOT NULL,
  row integer NOT NULL,
  cells text[] NOT NULL,
  CONSTRAINT import_reject_pk PRIMARY KEY (store_id, import_id, dry, row),
  CONSTRAINT import_reject_job_fk FOREIGN KEY (store_id, import_id) REFERENCES import_job (store_id, id) ON DELETE CASCADE
);

-- Vehicles whose facts the import has changed and not yet refreshed; empty once the import is done.
CREATE TABLE import_touched (
  store_id uuid NOT NULL,
  import_id uuid NOT NULL,
  vehicle_id uuid NOT NULL,
  CONSTRAINT import_touched_pk PRIMARY KEY (store_id, import_id, vehicle_id),
  CONSTRAINT import_touched_job_fk FOREIGN KEY (store_id, import_id) REFERENCES import_job (store_id, id) ON DELETE CASCADE
);

-- The file and row a reading came from: a reading may turn out implausible only when the whole history is in.
ALTER TABLE odometer_reading ADD COLUMN import_id uuid;

ALTER TABLE odometer_reading ADD COLUMN import_row integer;

SELECT changhui_protect('import_job');

SELECT changhui_protect('import_mapping');

SELECT changhui_protect('import_problem');

SELECT changhui_protect('import_reject');

SELECT changhui_protect('import_touched');
