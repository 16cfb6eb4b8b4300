import { describe, expect, test } from 'vitest'
import { readFeedback } from '../../../src/server/feedback.ts'

const read = (more: Record<string, unknown>) => readFeedback({ generation_id: 'gen-1', ...more })

describe('feedback is read', () => {
  test.each([
    [{ score: 0.25 }, { score: 0.25, weight: 1, implied: false }],
    [{ thumbs: 'up' }, { score: 1, weight: 1, implied: false }],
    [
      { thumbs: 'down', comment: 'wrong' },
      { score: 0, weight: 1, implied: false },
    ],
    [{ retried: true }, { score: 0, weight: 0.5, implied: true }],
    [{ category: 'incorrect_response' }, { score: 0, weight: 1, implied: false }],
    [{ category: 'latency' }, undefined],
  ])('%j', (body, opinion) => expect(read(body).opinion).toEqual(opinion))

  test('under either name of the id', () => {
    expect(readFeedback({ id: 'gen-2', score: 1 }).id).toBe('gen-2')
    expect(read({ category: 'other' })).toEqual({ id: 'gen-1', signal: 'category', category: 'other' })
  })
})

test.each([
  [{ generation_id: 3, score: 1 }, 'generation_id'],
  [{ generation_id: 'x'.repeat(257), score: 1 }, 'generation_id'],
  [{}, 'one of "score", "thumbs", "retried", "category"'],
  [{ score: 1, thumbs: 'up' }, 'only one'],
  [{ score: 1.1 }, 'from 0'],
  [{ score: -1 }, 'from 0'],
  [{ score: '1' }, 'from 0'],
  [{ thumbs: 1 }, '"up" or "down"'],
  [{ retried: false }, 'true'],
  [{ category: 'rude' }, 'one of incorrect_response'],
  [{ score: 1, comment: 3 }, 'comment'],
  [{ score: 1, comment: 'x'.repeat(10_001) }, 'comment'],
])('%j is refused', (body, reason) => expect(() => read(body)).toThrow(reason))
