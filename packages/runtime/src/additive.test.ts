/** Two releases work with one database: each migration leaves the one before what it relies on. */
import BetterSqlite3 from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { GATEWAY_SCHEMA } from './gateway-schema.ts';
import { SESSIONS_SCHEMA } from './sessions-schema.ts';
import type { Migration } from './sqlite.ts';

interface Column {
  readonly tableName: string;
  readonly name: string;
  readonly type: string;
  readonly notnull: 0 | 1;
  readonly dflt_value: string | null;
  readonly pk: number;
  readonly hidden: number;
}

/** What an older release could run into that it did not know of. */
interface Tables {
  readonly columns: readonly Column[];
  /** `table: what` for each unique index and each trigger. */
  readonly rules: readonly string[];
}

function tablesAfter(migrations: readonly Migration[]): Tables {
  const database = new BetterSqlite3(':memory:');
  onTestFinished(() => void database.close());
  for (const { sql } of migrations) database.exec(sql);
  const columns = database.prepare<[], Column>(
    `SELECT tables.name AS tableName, columns.* FROM sqlite_schema AS tables,
       pragma_table_xinfo(tables.name) AS columns WHERE tables.type = 'table'`,
  );
  const rules = database.prepare<[], string>(
    `SELECT tables.name || ': unique ' || (SELECT group_concat(name) FROM pragma_index_info(indexes.name))
       FROM sqlite_schema AS tables, pragma_index_list(tables.name) AS indexes
       WHERE tables.type = 'table' AND indexes."unique" = 1
     UNION SELECT tbl_name || ': trigger ' || name FROM sqlite_schema WHERE type = 'trigger'`,
  );
  return { columns: columns.all(), rules: rules.pluck().all() };
}

/** @returns in words what a release that knows `before` cannot do with `after` */
function broken(before: Tables, after: Tables): string[] {
  const known = new Set(before.columns.map(({ tableName }) => tableName));
  return [...lost(before, after), ...askedFor(before, after), ...ruled(before, after)]
    .filter(({ tableName }) => known.has(tableName))
    .map(({ problem }) => problem);
}

interface Problem {
  readonly tableName: string;
  readonly problem: string;
}

function lost(before: Tables, after: Tables): Problem[] {
  return before.columns.flatMap((column) => {
    const { tableName, name } = column;
    const now = after.columns.find((each) => each.tableName === tableName && each.name === name);
    const isSame = JSON.stringify(now) === JSON.stringify({ ...column, ...place(now) });
    return isSame ? [] : [{ tableName, problem: `${tableName}.${name} is gone or another` }];
  });
}

function askedFor(before: Tables, after: Tables): Problem[] {
  return after.columns.flatMap(({ tableName, name, notnull, dflt_value, hidden }) => {
    const isOld = before.columns.some((old) => old.tableName === tableName && old.name === name);
    const isAskedFor = notnull === 1 && dflt_value === null && hidden === 0;
    if (isOld || !isAskedFor) return [];
    return [{ tableName, problem: `${tableName}.${name} must be given` }];
  });
}

function ruled(before: Tables, after: Tables): Problem[] {
  const added = after.rules.filter((rule) => !before.rules.includes(rule));
  return added.map((rule) => ({
    tableName: rule.split(':')[0] ?? '',
    problem: `new rule, ${rule}`,
  }));
}

/** Where a column stands in its table is nobody's business: statements name theirs. */
function place(column: (Column & { cid?: number }) | undefined): { cid?: number } {
  return column?.cid === undefined ? {} : { cid: column.cid };
}

function steps(migrations: readonly Migration[]): [string, readonly Migration[]][] {
  return migrations
    .map((migration, at): [string, readonly Migration[]] => [
      migration.name,
      migrations.slice(0, at + 1),
    ])
    .filter(([, upTo]) => upTo.length > 1 && upTo.at(-1)?.isBreaking !== true);
}

const STEPS = [...steps(GATEWAY_SCHEMA), ...steps(SESSIONS_SCHEMA)];

test.each(STEPS)('the release before goes on with tables after "%s"', (_name, upTo) => {
  expect(broken(tablesAfter(upTo.slice(0, -1)), tablesAfter(upTo))).toEqual([]);
});

const NOTES: Migration = {
  name: 'add notes',
  sql: 'CREATE TABLE notes (text TEXT NOT NULL, at INTEGER) STRICT',
};

test.each([
  ['a column goes', 'ALTER TABLE notes DROP COLUMN at', 'notes.at is gone or another'],
  ['it is called otherwise', 'ALTER TABLE notes RENAME text TO words', 'notes.text is gone'],
  ['a table goes', 'DROP TABLE notes', 'notes.text is gone'],
  ['a rule comes', 'CREATE UNIQUE INDEX once ON notes (text)', 'new rule, notes: unique text'],
  [
    'something must be given',
    'DROP TABLE notes; CREATE TABLE notes (text TEXT NOT NULL, at INTEGER, by TEXT NOT NULL) STRICT',
    'notes.by must be given',
  ],
  [
    'a trigger comes',
    'CREATE TRIGGER none BEFORE INSERT ON notes BEGIN SELECT 1; END',
    'new rule, notes: trigger none',
  ],
])('it is seen when %s', (_what, sql, problem) => {
  const found = broken(tablesAfter([NOTES]), tablesAfter([NOTES, { name: 'change', sql }]));
  expect(found.join('; ')).toContain(problem);
});

test('a new table, and a column that need not be given, harm nobody', () => {
  const sql = `CREATE TABLE tags (name TEXT NOT NULL UNIQUE) STRICT;
    ALTER TABLE notes ADD COLUMN by TEXT NOT NULL DEFAULT ''; CREATE INDEX late ON notes (at)`;
  expect(broken(tablesAfter([NOTES]), tablesAfter([NOTES, { name: 'add', sql }]))).toEqual([]);
});
