/**
 * Makes maps of one epoch after the other until it is killed. Arguments: database URL, first epoch. Says when it begins
 * and ends each.
 */
import { generateSigningKey } from '../../src/federation/protocol/keys.ts'
import { aggregate } from '../../src/hub/aggregate/run.ts'
import { openDatabase } from '../../src/hub/database/open.ts'

const [url, first] = process.argv.slice(2) as [string, string]
const store = await openDatabase({ kind: 'postgres', url })
const settings = { key: generateSigningKey(), epochSeconds: 3_600, k: 5 }
for (let epoch = Number(first); ; epoch++) {
  process.send!({ begins: epoch })
  await aggregate(store, settings, epoch, epoch * 3_600)
  process.send!({ done: epoch })
}
