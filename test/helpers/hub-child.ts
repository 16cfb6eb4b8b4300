/** A hub in a process of its own, to be killed; see forked-hub.ts. Arguments: directory, database URL or nothing. */
import { pino } from 'pino'
import { Hub } from '../../src/hub/hub.ts'

const [directory, database] = process.argv.slice(2) as [string, string?]
const hub = await Hub.create({ directory, ...(database && { database }), log: pino({ enabled: false }) })
process.send!({ url: await hub.listen('127.0.0.1', 0) })
process.once('message', async () => {
  await hub.close()
  process.disconnect()
})
