import { expect, it } from 'vitest'
import { Judge } from '../../../../src/app/judging/judge.ts'
import type { Verdicts } from '../../../../src/app/judging/verdicts.ts'
import type { Engine } from '../../../../src/routing/engine.ts'
import type { Call, ClientSink } from '../../../../src/routing/ports.ts'

const models = new Map([['auto', { select: { judge: { model: 'strong', share: 1, budgetUsd: 1 } } }]])
const engine = () => ({ catalogue: { models } }) as unknown as Engine
const judge = new Judge({ engine, verdicts: {} as Verdicts, onVerdict: () => {}, random: () => 0 })
const sink = {} as ClientSink

const isWatched = (provider: unknown, own?: Call['own']): boolean => {
  const body = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }], provider }
  return (
    judge.watch({ id: 'gen-1', operation: 'chat', wire: 'openai-chat', body, own } as unknown as Call, sink) !== sink
  )
}

it.each([
  ['any other', undefined, undefined, true],
  ['one that allows its prompt to be kept', { data_collection: 'allow' }, undefined, true],
  ['one that denies it', { data_collection: 'deny' }, undefined, false],
  ['one without retention', { zdr: true }, undefined, false],
  ['one that has to stay in a region', { region: 'eu' }, undefined, false],
  ['one for some providers only', { only: ['near'] }, undefined, false],
  ['one that leaves a provider out', { ignore: ['far'] }, undefined, false],
  ['one that leaves none out', { ignore: [], only: null, region: null }, undefined, true],
  ['one at an account of the client’s own', undefined, new Map(), false],
])('a request is judged by another provider, or not: %s', (_, provider, own, watched) => {
  expect(isWatched(provider, own)).toBe(watched)
})
