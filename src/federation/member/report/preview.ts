import { gzipSync } from 'node:zlib'
import { epochStart } from '../../protocol/epoch.ts'
import { MIN_REQUESTS, MIN_REQUESTS_CLIPPED, MIN_REQUESTS_WITH_NOISE, REPORT_CELLS } from '../../protocol/limits.ts'
import { TOTAL_EPSILON } from './noise.ts'
import type { PrivateReason } from './public-name.ts'
import type { LeftOut } from './report.ts'
import type { ReportPreview } from './reporter.ts'

export const WHY: Readonly<Record<PrivateReason, string>> = {
  simulated: 'the sandbox is simulated',
  'local server': 'a local server',
  'private address': 'not the public address of a provider (federation.providers names one that stands behind it)',
  'plugin of your own': 'a plugin of your own, which the public catalogue does not know',
  'fine-tune': 'a fine-tune or a deployment of your own, which is never shared',
  'not in the public catalogue': 'the model is not in the public catalogue (federation.models declares one)',
  'not configured': 'its provider is not configured any more',
}

/** A preview as lines for people, without the report itself. Numbers of requests in it are true and never leave. */
export function describePreview(preview: ReportPreview, epochSeconds: number): string[] {
  const { report, bytes, epoch, leftOut, withheld, waiting, withoutGrids, isNew } = preview
  const ends = new Date(epochStart(epoch + 1, epochSeconds)).toISOString()
  const lines = [
    bytes
      ? `The report of epoch ${epoch}, if it ended now (it ends ${ends}): ${count(report.cells.length, 'cell')}, ${count(bytes.length, 'byte')}, ${gzipSync(bytes).length} on the wire. The bytes change only with what is learned until then.`
      : `Epoch ${epoch} would send nothing, if it ended now (it ends ${ends}).`,
    report.noise
      ? `Noise is on: every figure is noisy, ${TOTAL_EPSILON} in epsilon for each request. It is drawn once for each report: looking again shows the same.`
      : 'Noise is off: figures are rounded, and true.',
  ]
  if (isNew)
    lines.push(
      'As soon as the router runs, it lists which public models it offers, used or not: those that "router federation join" showed as shared.',
    )
  if (withoutGrids) lines.push('Latency grids are left out: with them the report would be too large.')
  if (waiting.length > 0)
    lines.push(
      `${count(waiting.length, 'earlier report')} ${waiting.length === 1 ? 'waits' : 'wait'} for the hub: epochs ${waiting.map(({ epoch }) => epoch).join(', ')}.`,
    )
  if (leftOut.length > 0) {
    const few = report.noise
      ? `about ${MIN_REQUESTS_CLIPPED} of chat and of what the map knows, else ${MIN_REQUESTS_WITH_NOISE},`
      : MIN_REQUESTS
    lines.push('', `Left out (${few} requests are needed, and there is room for ${REPORT_CELLS} cells):`)
    for (const cell of leftOut)
      lines.push(`  ${nameOf(cell)}: ${count(cell.requests, 'request')}, ${fate(cell, epochSeconds)}`)
  }
  if (withheld.length > 0) {
    lines.push('', 'Never shared:')
    for (const { endpoint, reason, requests } of withheld)
      lines.push(`  ${endpoint}: ${count(requests, 'request')}; ${WHY[reason]}`)
  }
  return lines
}

/** The same as data, for --json. `document` is the signed document as text, byte for byte. */
export function previewJson({ report, bytes, epoch, leftOut, withheld, waiting, withoutGrids }: ReportPreview) {
  return {
    epoch,
    document: bytes?.toString('utf8') ?? null,
    report: bytes ? report : null,
    epsilon: report.noise ? TOTAL_EPSILON : null,
    left_out: leftOut,
    never_shared: withheld,
    without_grids: withoutGrids,
    waiting: waiting.map((waiting) => waiting.epoch),
  }
}

const nameOf = ({ provider, model, region, class: workloadClass }: LeftOut): string =>
  `${provider}/${model}${region === '-' ? '' : `@${region}`} ${workloadClass}`

const fate = ({ until }: LeftOut, epochSeconds: number): string =>
  until === undefined
    ? 'dropped'
    : `waits until ${new Date(epochStart(until + 1, epochSeconds)).toISOString()}, then is dropped`

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
