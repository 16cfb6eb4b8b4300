import { type Kysely, sql } from 'kysely'

/** Of rows that are there, and of those that a process of the version before writes during an upgrade. */
const NOW = 'extract(epoch from now())::float8'

/** What alarms are held against: who uses an endpoint, who agreed with others, and whose alarms were contradicted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `alter table members add column agreed float8 not null default 0,
      add column false_alarms float8 not null default 0,
      add column false_alarms_at float8 not null default 0`,
    `alter table alarms add column since float8 not null default ${NOW},
      add column uses boolean not null default true,
      add column contradicted boolean not null default false`,
    `alter table incidents add column evidence_at float8 not null default ${NOW}`,
    `create table endpoint_users (
      provider text not null,
      model text not null,
      region text not null,
      busy integer not null,
      primary key (provider, model, region)
    )`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
