import { describe, expect, it } from 'vitest'
import { callDelta, callsOf, type Entry, entry } from './support.ts'

const W = '{"city":"Oslo"}'
const T = '{"city":"Rome"}'
const both: [string, string][] = [
  ['weather', W],
  ['time', T],
]
const one = both.slice(0, 1)

/** Each entry a chunk of its own. */
const alone = (...entries: Entry[]): Entry[][] => entries.map((e) => [e])

describe('two calls', () => {
  it.each<[string, Entry[][]]>([
    [
      'at two indices, interleaved',
      [
        [entry(0, 'a', 'weather', ''), entry(1, 'b', 'time', '')],
        [entry(1, undefined, undefined, T), entry(0, undefined, undefined, W)],
      ],
    ],
    ['at index 0, ids of their own', alone(entry(0, 'a', 'weather', W), entry(0, 'b', 'time', T))],
    ['at index 0 in one chunk', [[entry(0, 'a', 'weather', W), entry(0, 'b', 'time', T)]]],
    [
      'at index 0, interleaved by id',
      alone(
        entry(0, 'a', 'weather', ''),
        entry(0, 'b', 'time', ''),
        entry(0, 'a', undefined, W),
        entry(0, 'b', undefined, T),
      ),
    ],
    [
      'at index 0, empty ids later',
      alone(
        entry(0, 'a', 'weather', ''),
        entry(0, '', undefined, W),
        entry(0, 'b', 'time', ''),
        entry(0, '', undefined, T),
      ),
    ],
    [
      'at index 0, null ids and names later',
      alone(entry(0, 'a', 'weather', ''), entry(0, null, null, W), entry(0, 'b', 'time', ''), entry(0, null, null, T)),
    ],
    ['at index 0 without ids', alone(entry(0, '', 'weather', W), entry(0, '', 'time', T))],
    ['without index', alone(entry(undefined, 'a', 'weather', W), entry(undefined, 'b', 'time', T))],
    [
      'without index, in pieces',
      alone(
        entry(undefined, 'a', 'weather', ''),
        entry(undefined, undefined, undefined, W),
        entry(undefined, 'b', 'time', ''),
        entry(undefined, undefined, undefined, T),
      ),
    ],
    ['without index or id', alone(entry(undefined, undefined, 'weather', W), entry(undefined, undefined, 'time', T))],
    [
      'without index or id in one chunk',
      [[entry(undefined, undefined, 'weather', W), entry(undefined, undefined, 'time', T)]],
    ],
    [
      'without index or id, in pieces of one chunk',
      [
        [entry(undefined, undefined, 'weather', '{"city":'), entry(undefined, undefined, 'time', '{"city":')],
        [entry(undefined, undefined, undefined, '"Oslo"}'), entry(undefined, undefined, undefined, '"Rome"}')],
      ],
    ],
    ['with indices as text', alone(entry('0', 'a', 'weather', W), entry('1', 'b', 'time', T))],
    ['with indices from 1', alone(entry(1, 'a', 'weather', W), entry(2, 'b', 'time', T))],
    ['with one id for both, at one index', alone(entry(0, 'a', 'weather', W), entry(0, 'a', 'time', T))],
    [
      'with one id for both, at two indices',
      alone(
        entry(0, 'a', 'weather', ''),
        entry(1, 'a', 'time', ''),
        entry(0, 'a', undefined, W),
        entry(1, 'a', undefined, T),
      ),
    ],
    [
      'whose arguments drift',
      alone(
        entry(1, 'a', 'weather', ''),
        entry(0, undefined, undefined, W),
        entry(2, 'b', 'time', ''),
        entry(1, undefined, undefined, '{"city":'),
        entry(1, undefined, undefined, '"Rome"}'),
      ),
    ],
    [
      'with arguments as objects',
      alone(entry(0, 'a', 'weather', { city: 'Oslo' }), entry(0, 'b', 'time', { city: 'Rome' })),
    ],
    [
      'whose names come after their ids',
      alone(entry(0, 'a'), entry(0, undefined, 'weather', W), entry(1, 'b', '', ''), entry(1, undefined, 'time', T)),
    ],
    [
      'a new id with each delta, names once',
      alone(
        entry(0, 'a', 'weather', ''),
        entry(0, 'b', undefined, W),
        entry(0, 'c', 'time', ''),
        entry(0, 'd', undefined, T),
      ),
    ],
    [
      'the first told again before the second',
      alone(entry(0, 'a', 'weather', W), entry(1, 'a', 'weather', W), entry(1, 'b', 'time', T)),
    ],
  ])('%s', (_, chunks) => {
    expect(callDelta(chunks)).toEqual(both)
    const ids = callsOf(chunks).map(({ id }) => id)
    expect(new Set(ids.filter(Boolean)).size).toBe(2)
  })

  it('of one tool are two', () => {
    const twice = [
      ['weather', W],
      ['weather', T],
    ]
    expect(callDelta(alone(entry(0, 'a', 'weather', W), entry(0, 'b', 'weather', T)))).toEqual(twice)
    expect(callDelta(alone(entry(0, '', 'weather', W), entry(0, '', 'weather', T)))).toEqual(twice)
    expect(
      callDelta(alone(entry(0, '', 'weather', W), entry(0, '', 'weather', ''), entry(0, '', undefined, T))),
    ).toEqual(twice)
    expect(callDelta(alone(entry(0, 'a', 'weather', W), entry(1, 'a', 'weather', T)))).toEqual(twice)
    expect(callDelta(alone(entry(0, '', 'weather', W), entry(0, '', 'weather', W)))).toEqual([...one, ...one])
  })

  it('without arguments are two', () => {
    const both = [
      ['ping', ''],
      ['pong', ''],
    ]
    expect(callDelta(alone(entry(0, '', 'ping', ''), entry(0, '', 'pong')))).toEqual(both)
    expect(callDelta(alone(entry(0, 'a', 'ping', ''), entry(0, 'b', 'ping')))).toHaveLength(2)
  })
})

describe('one call', () => {
  it.each<[string, Entry[][]]>([
    [
      'a new id with each delta',
      alone(entry(0, 'a', 'weather', ''), entry(0, 'b', undefined, '{"city":'), entry(0, 'c', undefined, '"Oslo"}')),
    ],
    [
      'a new id and its name with each delta',
      alone(entry(0, 'a', 'weather', '{"city":'), entry(0, 'b', 'weather', '"Oslo"}')),
    ],
    [
      'id and name with each delta',
      alone(
        entry(0, 'a', 'weather', ''),
        entry(0, 'a', 'weather', '{"city":'),
        entry(0, 'a', 'weather', '"Oslo"}'),
        entry(0, 'a', 'weather', ''),
      ),
    ],
    [
      'its name with each delta',
      alone(
        entry(0, '', 'weather', ''),
        entry(0, '', 'weather', '{"city":'),
        entry(0, '', 'weather', '"Oslo"}'),
        entry(0, '', 'weather', ''),
      ),
    ],
    ['whose id comes later', alone(entry(0, undefined, 'weather', ''), entry(0, 'a', undefined, W))],
    [
      'whose name comes last',
      alone(entry(0, 'a', undefined, '{"city":'), entry(0, 'a', undefined, '"Oslo"}'), entry(0, 'a', 'weather')),
    ],
    ['told at two indices', alone(entry(0, 'a', 'weather', ''), entry(0, 'a', '', W), entry(1, 'a', 'weather', W))],
    [
      'told at two indices in pieces',
      alone(
        entry(0, 'a', 'weather', W),
        entry(1, 'a', 'weather', ''),
        entry(1, undefined, undefined, '{"city":'),
        entry(1, undefined, undefined, '"Oslo"}'),
      ),
    ],
    [
      'its arguments told again at the end',
      alone(
        entry(0, 'a', 'weather', '{"city":'),
        entry(0, undefined, undefined, '"Oslo"}'),
        entry(0, undefined, undefined, W),
      ),
    ],
    [
      'another index and id for a delta without a name',
      alone(entry(0, 'a', 'weather', ''), entry(1, 'b', undefined, W)),
    ],
  ])('%s', (_, chunks) => {
    expect(callDelta(chunks)).toEqual(one)
  })

  it('with a slip behind its arguments keeps it, however it is cut', () => {
    for (const pieces of [['{"a":1}}'], ['{"a":1}', '}'], ['{"a"', ':1}{"a', '":2}'], ['{"a":1}{"a":2}']]) {
      const text = pieces.join('')
      expect(
        callDelta(pieces.map((piece, i) => [entry(0, i === 0 ? 'a' : undefined, i === 0 ? 'f' : undefined, piece)])),
      ).toEqual([['f', text]])
    }
  })

  it('encoded twice is decoded once, however it is cut, when it is an object', () => {
    const twice = JSON.stringify(W)
    for (let at = 0; at < twice.length; at++) {
      expect(
        callDelta(alone(entry(0, 'a', 'weather', twice.slice(0, at)), entry(0, undefined, undefined, twice.slice(at)))),
      ).toEqual(one)
    }
    const big = JSON.stringify('{"id":12345678901234567890}')
    expect(callDelta([[entry(0, 'a', 'f', big)]])).toEqual([['f', '{"id":12345678901234567890}']])
    for (const text of ['"plain"', '"[1]"', '"no end', '"a\\'])
      expect(callDelta([[entry(0, 'a', 'f', text)]])).toEqual([['f', text]])
  })

  it('of a custom tool is free text', () => {
    const custom = (input: string, name?: string) => ({
      index: 0,
      type: 'custom',
      custom: { ...(name && { name }), input },
    })
    for (const pieces of [['"a" "a"'], ['{"a":1}', '{"a":1}'], ['"', 'x']]) {
      const chunks = pieces.map((piece, i) => [custom(piece, i === 0 ? 'sql' : undefined)])
      expect(callDelta(chunks)).toEqual([['sql', pieces.join('')]])
    }
  })

  it('keeps the id that the client was told', () => {
    expect(callsOf(alone(entry(0, undefined, 'weather', ''), entry(0, 'late', undefined, W)))[0]?.id).toBe('made_x_0')
    expect(callsOf(alone(entry(0, 'same', 'f', W), entry(1, 'same', 'g', W))).map(({ id }) => id)).toEqual([
      'same',
      'made_x_1',
    ])
  })
})

it('a delta whose name never comes is no call', () => {
  expect(callDelta(alone(entry(0, 'a', undefined, W)))).toEqual([])
  expect(callDelta(alone(entry(0, 'a', 'weather', W), entry(1, 'b', '', '')))).toEqual(one)
})
