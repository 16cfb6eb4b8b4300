import { stat } from 'node:fs/promises'
import { parseDuration } from '../../config/units.ts'
import { RouterError } from '../../errors.ts'
import { evaluateLog } from '../../replay/log/evaluate-log.ts'
import { logReport } from '../../replay/log/report.ts'
import { loadStrategies } from '../../replay/strategies.ts'
import type { Replayed, ReplayFlags } from './replay-command.ts'

const SEEDS = 20
const VALUE_OF_TIME = 0.72

/** Evaluates strategies on a decision log. Throws ROUTER_USAGE for flags that make no sense, ROUTER_PLUGIN_*. */
export async function replayLog(directory: string, names: readonly string[], flags: ReplayFlags): Promise<Replayed> {
  if (!(await stat(directory).catch(() => undefined))?.isDirectory()) {
    throw new RouterError('ROUTER_USAGE', {
      reason: `--log ${directory} is not a folder. A router logs below .router/outcomes beside its config file.`,
    })
  }
  const since = sinceOf(flags.since)
  const evaluation = await evaluateLog({
    directory,
    ...(since !== undefined && { since }),
    ...(flags.model !== undefined && { model: flags.model }),
    strategies: await loadStrategies(names, process.cwd()),
    objective: flags.objective ?? 'total',
    valueOfTime: valueOfTime(flags['value-of-time']),
    seeds: flags.seeds ?? SEEDS,
  })
  return { json: evaluation, report: logReport(evaluation) }
}

function sinceOf(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined
  const ms = parseDuration(duration)
  if (ms === undefined || ms <= 0)
    throw new RouterError('ROUTER_USAGE', { reason: `--since ${duration} is not a duration such as 7d or 12h.` })
  return Date.now() - ms
}

function valueOfTime(text: string | undefined): number {
  if (text === undefined) return VALUE_OF_TIME
  const value = Number(text)
  if (value > 0 && value < 1e9) return value
  throw new RouterError('ROUTER_USAGE', { reason: `--value-of-time ${text} is not an amount of USD above 0.` })
}
