import { expect, test } from 'vitest'
import { OutcomeTape, readOutcomes } from '../../../../src/app/workers/outcome-tape.ts'
import type { OutcomeDelta, Usage } from '../../../../src/plugins/api.ts'

/** Every field that there is, so that one added later is not forgotten on the way. */
const USAGE: Required<Usage> = {
  inputTokens: 1200,
  outputTokens: 34,
  cacheReadTokens: 1000,
  cacheWriteTokens: 10,
  cacheWrite1hTokens: 5,
  reasoningTokens: 4,
  imageInputTokens: 1,
  audioInputTokens: 2,
  imageOutputTokens: 3,
  audioOutputTokens: 6,
  images: 1,
  imageSize: '1024x1024',
  quality: 'high',
  seconds: 1.5,
  characters: 7,
  documents: 8,
  pages: 9,
  searches: 2,
  loadMs: 12.5,
  serviceTier: 'flex',
  costUsd: 0.001,
}
const FULL: Required<OutcomeDelta['outcome']> = {
  endpoint: 'p/m',
  kind: 'provider_malformed',
  class: 'chat.s.structured',
  at: 1_764_000_000_000.25,
  totalMs: 12.25,
  ttftMs: 3.5,
  usage: USAGE,
  costUsd: 1e-7,
  stream: true,
  tokensPerSecond: 99,
  listUsd: 2e-7,
  invalidOutput: true,
  doubtful: true,
  brief: true,
}
const BARE: OutcomeDelta['outcome'] = {
  endpoint: 'p/other',
  kind: 'ok',
  class: 'chat.s',
  at: 1,
  totalMs: 0,
  stream: false,
}
const delta = (outcome: OutcomeDelta['outcome'], textBytes = 10): OutcomeDelta => ({
  of: 'outcome',
  outcome,
  model: 'm',
  textBytes,
})

function read(tape: OutcomeTape): OutcomeDelta[] {
  const all: OutcomeDelta[] = []
  readOutcomes(tape.take(), (each) => all.push(each))
  return all
}

test('outcomes come back with everything that they have, in order', () => {
  const tape = new OutcomeTape()
  const written = [delta(FULL), delta(BARE), delta({ ...BARE, usage: {} }), delta({ ...BARE, usage: { images: 0 } }, 0)]
  for (const each of written) tape.add(each)
  expect(read(tape)).toEqual(written)
})

test('what was taken is not taken again, and there is room for any number', () => {
  const tape = new OutcomeTape()
  expect(tape.isEmpty).toBe(true)
  for (let i = 0; i < 3000; i++) tape.add(delta({ ...FULL, endpoint: `p/${i % 7}`, totalMs: i }))
  const all = read(tape)
  expect(all).toHaveLength(3000)
  expect(all[2999]).toEqual(delta({ ...FULL, endpoint: `p/${2999 % 7}`, totalMs: 2999 }))
  expect(tape.isEmpty).toBe(true)
  tape.add(delta(BARE))
  expect(read(tape)).toEqual([delta(BARE)])
})
