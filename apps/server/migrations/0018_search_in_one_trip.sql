-- The search of one store as a single statement: scope, rows and the scope's end in one trip and one answer. BEGIN and COMMIT around it
-- were two more messages to wake up for, which shows in a query of a millisecond.
CREATE FUNCTION changhui_search_in(store uuid, alternatives text[], bound integer, as_name text, as_code text, most integer)
RETURNS TABLE (id uuid, name text, last_visit_on date, phones text[], plates text[], vins text[], model text)
LANGUAGE plpgsql ROWS 40
AS $$
BEGIN
  PERFORM changhui_scope(ARRAY[store]);
  RETURN QUERY SELECT * FROM changhui_search(store, alternatives, bound, as_name, as_code, most);
END
$$;

REVOKE EXECUTE ON FUNCTION changhui_search_in(uuid, text[], integer, text, text, integer) FROM PUBLIC;
