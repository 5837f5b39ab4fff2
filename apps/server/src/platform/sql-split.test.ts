import { expect, test } from 'vitest'
import { splitStatements } from './sql-split.ts'

test.each([
  ['plain', 'SELECT 1; SELECT 2;', ['SELECT 1', 'SELECT 2']],
  ['no closing semicolon', 'SELECT 1;\nSELECT 2', ['SELECT 1', 'SELECT 2']],
  ['empty and comments only', ';; -- nothing;\n/* ; */ ;', []],
  ['quotes', `SELECT 'a;''b', "x;""y"; SELECT 2`, [`SELECT 'a;''b', "x;""y"`, 'SELECT 2']],
  ['a backslash is plain in a plain quote', `SELECT 'a\\'; SELECT 2`, [`SELECT 'a\\'`, 'SELECT 2']],
  ['and escapes after E', `SELECT E'a\\';b'; SELECT 2`, [`SELECT E'a\\';b'`, 'SELECT 2']],
  [
    'a name that ends in e opens nothing',
    `SELECT date'2026-01-01\\'; SELECT 2`,
    [`SELECT date'2026-01-01\\'`, 'SELECT 2'],
  ],
  ['line comment with a quote', "SELECT 1 -- it's;\n; SELECT 2", ["SELECT 1 -- it's;", 'SELECT 2']],
  ['nested comment', 'SELECT /* a /* ; */ ; */ 1; SELECT 2', ['SELECT /* a /* ; */ ; */ 1', 'SELECT 2']],
  ['dollar body', 'DO $$ BEGIN; END $$; SELECT 2', ['DO $$ BEGIN; END $$', 'SELECT 2']],
  ['tagged body', 'DO $a$ $$;$$ ; $b$ $a$; SELECT 2', ['DO $a$ $$;$$ ; $b$ $a$', 'SELECT 2']],
  ['parameters and names with a dollar', 'SELECT $1, a$b$c; SELECT 2', ['SELECT $1, a$b$c', 'SELECT 2']],
])('%s', (_name, sql, expected) => {
  expect(splitStatements(sql)).toEqual(expected)
})

test.each(["SELECT 'a", 'SELECT "a', 'DO $$ x', '/* x'])('unclosed: %s', (sql) => {
  expect(() => splitStatements(sql)).toThrow(SyntaxError)
})
