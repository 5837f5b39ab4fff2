-- A role in a dealer group is that role in each of its stores, in those that join later, too (ORG-01). Beside the sign-in tables for
-- the reason staff_role is: read by person, across stores.
CREATE TABLE group_role (
  group_id uuid NOT NULL,
  user_id uuid NOT NULL,
  role text NOT NULL,
  granted_at timestamptz NOT NULL,
  CONSTRAINT group_role_pk PRIMARY KEY (group_id, user_id, role),
  CONSTRAINT group_role_user_fk FOREIGN KEY (user_id) REFERENCES auth_user (id),
  CONSTRAINT group_role_group_fk FOREIGN KEY (group_id) REFERENCES dealer_group (id)
);

CREATE INDEX group_role_user ON group_role (user_id);

CREATE INDEX store_of_group ON store (group_id) WHERE group_id IS NOT NULL;

ALTER TABLE dealer_group ADD CONSTRAINT dealer_group_name_key UNIQUE (name);

-- Who holds which role in which store, by himself or by its group.
CREATE VIEW store_role AS
SELECT store_id, user_id, role, false AS by_group FROM staff_role
UNION ALL
SELECT s.id, g.user_id, g.role, true FROM group_role g JOIN store s ON s.group_id = g.group_id;
