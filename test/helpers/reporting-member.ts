/**
 * A member that reports two epochs and is killed somewhere on the way (see kill-at.ts). Arguments: folder, private key
 * (PEM file).
 */
import './kill-at.ts'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Reporter } from '../../src/federation/member/report/reporter.ts'
import { importSigningKey } from '../../src/federation/protocol/keys.ts'
import { CLASS, HOUR, names, outcome, START } from './member.ts'

const [directory = '', keyFile = ''] = process.argv.slice(2)
const key = importSigningKey(readFileSync(keyFile, 'utf8'))
const settings = { continent: 'EU', noise: true, grids: false } as const
/** What the hub got: outside of the folder, and not counted as a change. */
const sent = (epoch: number, bytes: Buffer) =>
  appendFileSync(join(directory, '..', 'sent'), `${epoch} ${bytes.toString('base64')}\n`)

/** By the number of starts so far, the hour that it is. */
const hour = Number(process.env.HOUR ?? 0)
const now = START + hour * HOUR
const reporter = await Reporter.open({ directory, key, epochSeconds: 3_600, names, settings, now })
const send = async () => {
  for (const { epoch } of [...reporter.waiting]) {
    const bytes = await reporter.read(epoch)
    if (bytes) sent(epoch, bytes)
    await reporter.settle(epoch)
  }
}
await send()
for (let i = 0; i < 150; i++) reporter.learn(outcome({ at: now + 1, class: CLASS }))
await reporter.save()
await reporter.close(now + HOUR)
await send()
await reporter.save()
