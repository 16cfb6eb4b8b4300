import { expect, test } from 'vitest'
import { QualityBook } from '../../../../src/outcomes/quality/quality.ts'
import type { RoutableModel } from '../../../../src/routing/catalogue.ts'
import type { Call } from '../../../../src/routing/ports.ts'
import { adjustQualityFloor } from '../../../../src/routing/resolve/choose-model.ts'
import { taskOf } from '../../../../src/wire/describe/conversation.ts'

test('the floor gives way while requests cost more than the budget, and comes back', () => {
  const selector = {
    name: 'auto',
    select: { from: ['a', 'b'], minQuality: 0.9, budgetUsd: 0.01, priors: new Map() },
  } as unknown as RoutableModel
  const quality = new QualityBook()
  const spend = (costUsd: number, times: number) => {
    for (let i = 0; i < times; i++) adjustQualityFloor(selector, { attempts: [{ costUsd }] as never }, quality)
  }
  spend(0.005, 10)
  expect(quality.pace('auto')).toBe(0)
  spend(0.02, 10)
  expect(quality.pace('auto')).toBeCloseTo(0.2)
  spend(1, 100)
  expect(quality.pace('auto')).toBe(0.9)
  spend(0, 45)
  expect(quality.pace('auto')).toBeCloseTo(0)
  adjustQualityFloor({ ...selector, select: { from: ['a'], minQuality: 1, priors: new Map() } }, { attempts: [] }, quality)
  adjustQualityFloor(undefined, { attempts: [] }, quality)
  expect(quality.pace('auto')).toBeCloseTo(0)
})

test('a task is named by the client, or told by the head of the system prompt', () => {
  const task = (body: Call['body']) => taskOf({ body } as Call)
  const rule = (content: unknown, role = 'system') => ({
    messages: [
      { role, content },
      { role: 'user', content: 'hi' },
    ],
  })
  expect(task({ metadata: { task: 'translate' }, ...rule('x') })).toBe('translate')
  expect(task(rule('You translate.'))).toBe(task({ ...rule('You translate.'), temperature: 0 }))
  expect(task(rule('You translate.'))).toBe(task(rule([{ type: 'text', text: 'You translate.' }], 'developer')))
  expect(task(rule('You translate.'))).toBe(task({ system: 'You translate.', messages: [] }))
  expect(task(rule('You translate.'))).toBe(task({ instructions: 'You translate.', input: 'hi' }))
  expect(task(rule('You translate.'))).not.toBe(task(rule('You summarise.')))
  expect(task(rule(`${'x'.repeat(512)} on Monday`))).toBe(task(rule(`${'x'.repeat(512)} on Friday`)))
  expect(task({ messages: [{ role: 'user', content: 'hi' }] })).toBe('-')
  expect(task({ messages: [null], metadata: null })).toBe('-')
})
