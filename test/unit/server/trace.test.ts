import { describe, expect, test } from 'vitest'
import { traceIn } from '../../../src/server/trace.ts'

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

describe('what a client says of its trace', () => {
  test('is taken when it is well-formed', () => {
    expect(
      traceIn({ 'x-request-id': 'a-b_c:1', traceparent: PARENT, tracestate: 'congo=t61rcWkgMzE,rojo=00f0' }),
    ).toEqual({
      requestId: 'a-b_c:1',
      traceparent: PARENT,
      tracestate: 'congo=t61rcWkgMzE,rojo=00f0',
    })
    const later = `01${PARENT.slice(2)}-more`
    expect(traceIn({ traceparent: later })).toEqual({ traceparent: later })
  })

  test.each([
    `${PARENT}-more`,
    PARENT.toUpperCase(),
    PARENT.slice(1),
    `ff${PARENT.slice(2)}`,
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    `01${PARENT.slice(2)}-${'x'.repeat(100)}`,
    '',
  ])('traceparent "%s" is none, and its tracestate goes with it', (traceparent) => {
    expect(traceIn({ traceparent, tracestate: 'a=b' })).toEqual({})
  })

  test.each(['', 'two, ids', 'ü', 'x'.repeat(129)])('request id "%s" is none', (id) => {
    expect(traceIn({ 'x-request-id': id })).toEqual({})
  })

  test('tracestate is bounded', () => {
    expect(traceIn({ traceparent: PARENT, tracestate: 'x'.repeat(513) })).toEqual({ traceparent: PARENT })
  })
})
