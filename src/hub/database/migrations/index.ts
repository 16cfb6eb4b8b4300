import type { Migration } from 'kysely/migration'
import * as first from './0001-first.ts'
import * as probes from './0002-probes.ts'
import * as evidence from './0003-evidence.ts'

/**
 * Every change of the tables, in order of its name; never edited once released. During an upgrade processes of the
 * version before still run on the new tables: a migration adds, and what it makes useless goes a version later.
 */
export const MIGRATIONS = {
  '0001-first': first,
  '0002-probes': probes,
  '0003-evidence': evidence,
} satisfies Readonly<Record<string, Migration>>

/** What the tables are like after all of them. */
export const LATEST_SCHEMA = Object.keys(MIGRATIONS).sort().at(-1)!
