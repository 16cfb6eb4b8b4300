import { type Candidate, defineStrategy } from 'commonroute/plugin'

interface Options {
  readonly reverse: boolean
}

const byId = (a: Candidate, b: Candidate): number => (a.endpoint.id < b.endpoint.id ? -1 : 1)

/** The alphabet decides. */
export default defineStrategy<Options>({
  name: 'alphabet',
  schema: {
    type: 'object',
    properties: { reverse: { type: 'boolean', default: false } },
    additionalProperties: false,
  },
  create: ({ reverse }) => ({
    rank(_request, candidates) {
      const sorted = reverse ? candidates.toSorted(byId).reverse() : candidates.toSorted(byId)
      return sorted.map(({ endpoint }, index) => ({ endpoint, score: index, propensity: index === 0 ? 1 : 0, why: 'alphabetical' }))
    },
  }),
})
