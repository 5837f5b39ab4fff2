-- Reads inside a scope may use parallel workers, which inherit the role and the settings of the transaction. Without this
-- every policy kept its query on one core.
ALTER FUNCTION changhui_stores() PARALLEL SAFE;
