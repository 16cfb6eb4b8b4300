import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { HubClient } from './hub-client.ts'
import { refusalOf } from './hub-http.ts'
import { type Membership, membershipFile } from './identity.ts'

/** What a membership keeps on disk, beside member.json. */
const KEPT = ['book.json', 'book.json.corrupt', 'spool', 'map', 'status.json']

/**
 * Asks the hub to forget the member and all that it sent. Rejects as `HubClient`; a hub that does not know the member
 * has forgotten it.
 */
export async function askToForget(client: Pick<HubClient, 'forget'>, { key }: Membership, now: number): Promise<void> {
  try {
    await client.forget(key, now)
  } catch (error) {
    if (refusalOf(error) !== 'unknown_member') throw error
  }
}

/** Ends the membership on disk: a running router notices it within seconds. Throws the system's error. */
export function endMembership(directory: string): void {
  rmSync(membershipFile(directory), { force: true })
  removeLeftovers(directory)
}

/** Removes what a membership that has ended left behind. */
export function removeLeftovers(directory: string): void {
  for (const name of KEPT) rmSync(join(directory, name), { recursive: true, force: true })
}
