/** The process of a worker: it begins with the state that it is sent, and ends when its sender says so or is gone. */
import { inlineMore } from '../../base/inlining.ts'
import { boundYoungGeneration } from '../../base/young-generation.ts'
import type { FromWorker, Init, ToWorker } from './messages.ts'
import { RouterWorker } from './worker.ts'

// They reach the whole group of processes; what they mean comes as a message.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

const send = (message: FromWorker, sent?: () => void) => void process.send!(message, undefined, undefined, sent)

async function start(init: Init): Promise<RouterWorker> {
  const started = await RouterWorker.start(init, send)
  // Providers are loaded by then.
  boundYoungGeneration()
  inlineMore()
  return started
}

let worker: Promise<RouterWorker> | undefined
process.on('message', (message: ToWorker) => {
  if (message.type === 'init') worker = start(message)
  else if (message.type === 'ping') send({ type: 'pong' })
  // One after the other, also those that come while it starts.
  else void worker?.then((started) => started.take(message))
})
send({ type: 'hello' })
