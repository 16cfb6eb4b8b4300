import { type Kysely, sql } from 'kysely'

/** What the hub's own requests to endpoints come to, and keys that may send such results. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `alter table invites add column role text not null default 'member' check (role in ('member', 'prober'))`,
    `alter table members add column role text not null default 'member' check (role in ('member', 'prober'))`,
    // Within an epoch a map is written anew when there are newer probes.
    `alter table maps add column revision integer not null default 0`,

    `create table probers (
      id text primary key,
      continent text not null,
      place text not null,
      seq bigint not null,
      received_at float8 not null
    )`,
    `create table probe_cells (
      prober text not null,
      provider text not null,
      model text not null,
      region text not null,
      class text not null,
      sums text not null,
      time float8 not null,
      primary key (provider, model, region, class, prober)
    )`,
    `create table probe_states (
      prober text not null,
      provider text not null,
      model text not null,
      region text not null,
      failures integer not null,
      time float8 not null,
      primary key (provider, model, region, prober)
    )`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
