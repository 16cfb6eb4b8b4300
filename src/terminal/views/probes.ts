import { span, usd } from '../../base/format/numbers.ts'
import { plural, printable } from '../../base/format/text.ts'
import type { Screen } from '../colour.ts'

interface Probing {
  /** The hub that gets it; undefined: this very one. */
  readonly hub?: string
  readonly prober: {
    readonly targets: readonly { readonly id: string; readonly operation: string }[]
    readonly unused: readonly string[]
    readonly probes: {
      readonly intervalMs: number
      readonly budgetUsd: number
      readonly place: string
      readonly continent: string
    }
  }
}

/** What is measured for a hub, when it begins. */
export function probesView({ hub, prober }: Probing, { palette }: Screen): string {
  const { targets, unused, probes } = prober
  const where = probes.continent === '-' ? probes.place : `${probes.place} (${probes.continent})`
  return [
    `Measuring ${plural(targets.length, 'endpoint')} from ${where}${hub === undefined ? '' : ` for ${hub}`}: each about every ${span(probes.intervalMs)}, at most ${usd(probes.budgetUsd)} a day (UTC)`,
    ...targets.map(
      ({ id, operation }) => `  ${printable(id)}${operation === 'chat' ? '' : palette.dim(` ${operation}`)}`,
    ),
    ...unused.map((pattern) => palette.yellow(`  ${printable(pattern)} fits nothing that has a public name`)),
  ].join('\n')
}
