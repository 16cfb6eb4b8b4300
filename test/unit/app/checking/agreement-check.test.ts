import { expect, it } from 'vitest'
import { AgreementCheck } from '../../../../src/app/checking/agreement-check.ts'
import { Asked } from '../../../../src/app/checking/check.ts'
import { CheckLog } from '../../../../src/app/checking/check-log.ts'
import { RequestChecks } from '../../../../src/app/checking/request-checks.ts'
import { schemaCheck } from '../../../../src/app/checking/schema-check.ts'
import { ownCall } from '../../../../src/app/own-requests/own-call.ts'
import type { OwnAnswer, OwnRequests } from '../../../../src/app/own-requests/own-requests.ts'

const bytesOf = (content: string) =>
  Buffer.from(
    JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }] }),
  )

const answer = (content: string) =>
  ({
    bytes: bytesOf(content),
    record: { kind: 'ok', model: 'm', attempts: [{}] },
    costUsd: 0.25,
  }) as unknown as OwnAnswer
const unasked = { bytes: Buffer.alloc(0), record: { kind: 'router_internal', attempts: [] } } as unknown as OwnAnswer

const held = (content: string) => ({ model: 'm', bytes: bytesOf(content), logprob: undefined })

/** Checks of one request; `answers`: what each request of their own comes to, the last one over again. */
function setUp(answers: OwnAnswer[], body = {}) {
  const signals: AbortSignal[] = []
  const ask = (_call: unknown, _account: string, signal: AbortSignal) => {
    signals.push(signal)
    return Promise.resolve(answers[Math.min(signals.length, answers.length) - 1]!)
  }
  const config = { check: 'agreement', reliability: 0.9, threshold: 0.5, parallel: true } as const
  const agreement = new AgreementCheck(config, { ask } as unknown as OwnRequests)
  const asked = new Asked(ownCall('chat', { model: 'm', messages: [{ role: 'user', content: 'who?' }], ...body }), '')
  const schema = [{ check: 'schema', reliability: 0.9 }, schemaCheck] as const
  const applying = [...(schemaCheck.applies(asked) ? [schema] : []), [config, agreement] as const]
  const log = new CheckLog({ warn: () => {}, error: () => {} })
  return { checks: new RequestChecks(asked, applying, log), signals }
}
const { signal } = new AbortController()

it('asks once, when the model is asked', async () => {
  const { checks, signals } = setUp([answer('Paris.')])
  checks.begin('m')
  expect(signals).toHaveLength(1)
  expect(await checks.check(held('paris'), signal)).toMatchObject([{ passed: true, costUsd: 0.25 }])
  expect(signals).toHaveLength(1)
})

it('asks again where nobody had room for a second request beside the first', async () => {
  const { checks, signals } = setUp([unasked, answer('London')])
  checks.begin('m')
  expect(await checks.check(held('Paris'), signal)).toMatchObject([{ passed: false, costUsd: 0.25 }])
  expect(signals).toHaveLength(2)
})

it('asks again for another model, and ends what was begun', async () => {
  const { checks, signals } = setUp([answer('Paris')])
  checks.begin('other')
  checks.cancel()
  checks.begin('m')
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  expect(await checks.check(held('Paris'), signal)).toMatchObject([{ passed: true }])
})

it('counts the cost of a second answer that is there and was not needed', async () => {
  const { checks } = setUp([answer('{}')], { response_format: { type: 'json_object' } })
  checks.begin('m')
  await Promise.resolve()
  expect(await checks.check(held('no JSON'), signal)).toMatchObject([
    { check: 'schema', passed: false },
    { check: 'agreement', passed: undefined, detail: 'it was not needed', costUsd: 0.25 },
  ])
})
