import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cellKey } from '../../../../src/federation/member/report/book-cell.ts'
import { ReportBook } from '../../../../src/federation/member/report/report-book.ts'
import { encodeTally, requestsIn } from '../../../../src/federation/member/report/tally.ts'
import { EPOCH, HOUR, names, outcome, START } from '../../../helpers/member.ts'

const MODELS = Array.from({ length: 6 }, (_, i) => `openrouter/maker/${i}`)
const CLASSES = ['chat.lt1k.plain', 'chat.lt8k.structured'] as const
const model = fc.integer({ min: 0, max: MODELS.length - 1 })
const size = fc.integer({ min: 0, max: CLASSES.length - 1 })

/** What happens in an epoch: requests, what becomes public or is so no more, and what of it is reported. */
const epochs = fc.array(
  fc.record({
    requests: fc.array(fc.tuple(model, size), { maxLength: 4 }),
    known: fc.option(fc.subarray(MODELS), { nil: undefined }),
    reported: fc.array(fc.tuple(model, size), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 120 },
)

const endpointOf = (at: number) => names.find(MODELS[at]!)!

/** A cell as far as a report depends on it. */
function stateOf(book: ReportBook, epoch: number) {
  const states = new Map<string, { readonly threshold: number; readonly tally: string; readonly requests: number }>()
  for (const cell of book.cells) {
    const tally = cell.upTo(epoch)
    const isAsked = book.known.find(cell.endpoint, cell.class) !== undefined
    if (requestsIn(tally) === 0 && !isAsked) continue
    const pairs = encodeTally(tally).join()
    states.set(cellKey(cell.endpoint, cell.class), {
      threshold: cell.threshold,
      tally: pairs,
      requests: requestsIn(tally),
    })
  }
  return states
}

it('changes its own cell by one request, and nothing else of any report', () => {
  fc.assert(
    fc.property(epochs, fc.nat(119), model, size, (history, when, at, which) => {
      const own = cellKey(endpointOf(at), CLASSES[which]!)
      const one = new ReportBook({ epochSeconds: 3_600, names, now: START })
      const other = new ReportBook({ epochSeconds: 3_600, names, now: START })
      other.restore(one.snapshot())
      for (const [hour, { requests, known, reported }] of history.entries()) {
        const epoch = EPOCH + hour
        const learn = (book: ReportBook, [model, size]: readonly [number, number]) =>
          book.learn(outcome({ endpoint: MODELS[model]!, class: CLASSES[size]!, at: START + hour * HOUR }))
        for (const book of [one, other]) {
          if (known) {
            const keys = new Set(known.map((id) => names.find(id)!.model))
            const find = ({ model }: { readonly model: string }) => (keys.has(model) ? { ttft: 6 } : undefined)
            book.know({ classes: CLASSES, minor: 1, find }, MODELS)
          }
          for (const request of requests) learn(book, request)
        }
        if (hour === when) learn(other, [at, which])
        for (const book of [one, other]) book.end(epoch)
        const [a, b] = [stateOf(one, epoch), stateOf(other, epoch)]
        for (const key of new Set([...a.keys(), ...b.keys()])) {
          const [x, y] = [a.get(key), b.get(key)]
          if (key !== own) expect(y).toEqual(x)
          else {
            // In a cell of which nothing is public, that of a lone request; see delta in docs/privacy.md.
            if (x && y) expect(y.threshold).toBe(x.threshold)
            expect((y?.requests ?? 0) - (x?.requests ?? 0)).toBeOneOf([0, 1])
            if (y?.requests === x?.requests) expect(y?.tally ?? '').toBe(x?.tally ?? '')
          }
        }
        const keys = new Set(reported.map(([model, size]) => cellKey(endpointOf(model), CLASSES[size]!)))
        for (const book of [one, other]) book.close(epoch, keys)
      }
    }),
    { numRuns: 60 },
  )
})
