import { count } from '../../base/format/numbers.ts'
import type { OutcomeKind } from '../../plugins/api.ts'

type Kinds = Readonly<Partial<Record<OutcomeKind, number>>>

/** An outcome kind in a table: `provider_` is the usual case and left out. */
const kindName = (kind: OutcomeKind): string => kind.replace(/^provider_/, '')

/** All but `ok`, the most frequent first: `3 rate_limited, 1 timeout_idle`. Empty without failures. */
export function failures(kinds: Kinds): string {
  return Object.entries(kinds)
    .filter(([kind, number]) => kind !== 'ok' && number > 0)
    .sort(([, first], [, second]) => second - first)
    .map(([kind, number]) => `${count(number)} ${kindName(kind as OutcomeKind)}`)
    .join(', ')
}
