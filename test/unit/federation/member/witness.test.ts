import { expect, test } from 'vitest'
import { Witness } from '../../../../src/federation/member/incidents/witness.ts'
import type { Incident } from '../../../../src/federation/protocol/types.ts'
import type { Outcome } from '../../../../src/outcomes/types.ts'
import { names, outcome, START, times } from '../../../helpers/member.ts'

const endpoint = { provider: 'openai', model: 'gpt-4o', region: '-' }
const incident: Incident = { ...endpoint, id: 'i', opened: START / 60_000, members: 5 }
const MINUTE = 60_000

function witness(open: readonly Incident[] = [incident]) {
  const it = new Witness(names.find)
  it.watch(open)
  return { it, learn: (kind: Outcome['kind'], count: number) => times(count, () => it.learn(outcome({ kind }))) }
}

test('says back of an endpoint that works here while others say that it fails', () => {
  const { it, learn } = witness()
  learn('ok', 4)
  expect(it.next(START)).toBeUndefined()
  learn('ok', 1)
  expect(it.next(START)).toEqual({ endpoint, state: 'back', minute: START / MINUTE })
  learn('ok', 99)
  expect(it.next(START + MINUTE)).toBeUndefined()
  learn('ok', 5)
  expect(it.next(START + 6 * MINUTE)).toMatchObject({ state: 'back' })
})

test('says nothing where it fails here too, nor of what nobody complains of', () => {
  const failing = witness()
  failing.learn('provider_error', 2)
  failing.learn('ok', 9)
  expect(failing.it.next(START)).toBeUndefined()
  const calm = witness([])
  calm.learn('ok', 99)
  expect(calm.it.next(START)).toBeUndefined()
  calm.it.watch([{ ...incident, model: 'gpt-4o-mini' }])
  calm.learn('ok', 99)
  expect(calm.it.next(START)).toBeUndefined()
})

test('an incident that goes on keeps what was counted', () => {
  const { it, learn } = witness()
  learn('ok', 4)
  it.watch([incident])
  learn('ok', 1)
  expect(it.next(START)).toBeDefined()
})
