import { BENCH_OPERATIONS } from '../../bench/operations.ts'
import type { Operation } from '../../plugins/api.ts'
import type { ConfiguredEndpoint } from '../stats/stats-report.ts'

export { BENCH_OPERATIONS }

type Known = readonly { readonly endpoint: string; readonly classes: readonly string[] }[]

const MEASURED: ReadonlySet<string> = new Set(BENCH_OPERATIONS)

/**
 * What each endpoint is asked for: what the user says, else what it has been used for (no chat among it), else a chat,
 * or what its provider has where that has no chats.
 */
export function operationsToMeasure(
  targets: readonly ConfiguredEndpoint[],
  known: Known,
  asked: Operation | undefined,
): (endpoint: string) => Operation {
  const kinds = new Map(known.map(({ endpoint, classes }) => [endpoint, classes.map((name) => name.split('.', 1)[0]!)]))
  const chosen = new Map(
    targets.map(({ endpoint, operations = [] }) => {
      const used = kinds.get(endpoint.id)?.filter((kind) => MEASURED.has(kind)) as Operation[] | undefined
      const own = operations.includes('chat') ? 'chat' : operations.find((name) => MEASURED.has(name))
      return [endpoint.id, asked ?? (used?.includes('chat') ? 'chat' : used?.[0]) ?? own ?? 'chat'] as const
    }),
  )
  return (endpoint) => chosen.get(endpoint) ?? 'chat'
}
