import assert from 'node:assert/strict'
import type { ProviderAdapter, UpstreamRequest } from '../api.ts'
import type { Check } from './check.ts'

type MakeCheck = (name: string, run: (adapter: ProviderAdapter) => void | Promise<void>) => Check

const PATIENCE_MS = 5000

/** For adapters that are themselves the upstream; the others have no `answer` and pass. */
export function answerChecks(
  check: MakeCheck,
  prepare: (adapter: ProviderAdapter) => UpstreamRequest | Promise<UpstreamRequest>,
): Check[] {
  return [
    check('answer() gives nothing to a call that was aborted before', async (adapter) => {
      if (adapter.answer === undefined) return
      const ended = await settled(consume(adapter, await prepare(adapter), AbortSignal.abort()))
      assert.equal(ended, 'rejected', 'it answered all the same')
    }),
    check('answer() stops when the call is aborted', async (adapter) => {
      if (adapter.answer === undefined) return
      const controller = new AbortController()
      const work = consume(adapter, await prepare(adapter), controller.signal)
      controller.abort()
      assert.equal(await settled(work), 'rejected', 'it went on')
    }),
  ]
}

/** How the stream begins that an adapter answers itself; undefined when it answers none. */
export async function firstBytes(adapter: ProviderAdapter, request: UpstreamRequest): Promise<Buffer | undefined> {
  if (adapter.answer === undefined) return undefined
  const controller = new AbortController()
  let first: Buffer | undefined
  const reading = async () => {
    const { status, body } = await adapter.answer!(request, controller.signal)
    if (status !== 200) return
    for await (const chunk of body) {
      first = Buffer.from(chunk)
      return
    }
  }
  // It may simulate failures and waits, which show no framing.
  await settled(reading())
  controller.abort()
  return first
}

async function consume(adapter: ProviderAdapter, request: UpstreamRequest, signal: AbortSignal): Promise<void> {
  const { status, body } = await adapter.answer!(request, signal)
  assert.ok(Number.isInteger(status) && status >= 200 && status <= 599, `the status is ${status}`)
  for await (const chunk of body) assert.ok(chunk instanceof Uint8Array, 'the body is not bytes')
}

/** How a promise ends; `pending` when it does not. */
async function settled(work: Promise<void>): Promise<'resolved' | 'rejected' | 'pending'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'pending'>((resolve) => {
    timer = setTimeout(() => resolve('pending'), PATIENCE_MS)
  })
  const end = work.then(
    () => 'resolved' as const,
    () => 'rejected' as const,
  )
  try {
    return await Promise.race([end, late])
  } finally {
    clearTimeout(timer)
  }
}
