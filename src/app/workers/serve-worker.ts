/** The process of a worker: it begins with the state that it is sent, and ends when its sender says so or is gone. */
import { inlineMore } from '../../base/inlining.ts'
import { boundYoungGeneration } from '../../base/young-generation.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { RouterWorker } from './worker.ts'

boundYoungGeneration()
inlineMore()
// They reach the whole group of processes; what they mean comes as a message.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

const send = (message: FromWorker, sent?: () => void) => void process.send!(message, undefined, undefined, sent)

let worker: Promise<RouterWorker> | undefined
process.on('message', (message: ToWorker) => {
  if (message.type === 'init') worker = RouterWorker.start(message, send)
  else if (message.type === 'ping') send({ type: 'pong' })
  // One after the other, also those that come while it starts.
  else void worker?.then((started) => started.take(message))
})
send({ type: 'hello' })
