import { stat } from 'node:fs/promises'
import { RouterError } from '../../base/errors.ts'
import { parseDuration } from '../../base/units.ts'
import type { Config } from '../../config/types.ts'
import { evaluateLog } from '../../replay/log/evaluate-log.ts'
import { logReport } from '../../replay/log/report.ts'
import { type ConfiguredStrategy, configuredStrategies, operatorsConfig } from './configured-strategies.ts'
import type { Replayed, ReplayFlags } from './flags.ts'

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
  const { config, unusable } = operatorsConfig(flags.config)
  const strategies = await configuredStrategies(names, config)
  const evaluation = await evaluateLog({
    directory,
    ...(since !== undefined && { since }),
    ...(flags.model !== undefined && { model: flags.model }),
    strategies,
    objective: flags.objective ?? 'total',
    valueOfTime: valueOfTime(flags['value-of-time'], config),
    seeds: flags.seeds ?? SEEDS,
  })
  const report = logReport(evaluation)
  const places = strategies.map(({ optionsFrom }) => optionsFrom)
  return {
    json: {
      ...evaluation,
      strategies: evaluation.strategies.map((result, at) => ({ ...result, options_from: places[at] })),
    },
    report: { ...report, notes: [...report.notes, ...optionNotes(strategies, unusable)] },
  }
}

/** Whose options are not the defaults. */
function optionNotes(strategies: readonly ConfiguredStrategy[], unusable: string | undefined): string[] {
  if (unusable !== undefined)
    return [`${unusable} cannot be used here (router check says why), so all strategies have their default options.`]
  return strategies
    .filter(({ optionsFrom }) => optionsFrom.length > 0)
    .map(({ name, optionsFrom }) => `Options of ${name}: those of ${optionsFrom.join(', ')}.`)
}

function sinceOf(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined
  const ms = parseDuration(duration)
  if (ms === undefined || ms <= 0)
    throw new RouterError('ROUTER_USAGE', { reason: `--since ${duration} is not a duration such as 7d or 12h.` })
  return Date.now() - ms
}

/** The flag's, else what the operator's own strategy counts with, else 0.72. */
function valueOfTime(text: string | undefined, config: Config | undefined): number {
  const own = config?.routing.strategy.options.value_of_time
  if (text === undefined) return typeof own === 'number' && own > 0 ? own : VALUE_OF_TIME
  const value = Number(text)
  if (value > 0 && value < 1e9) return value
  throw new RouterError('ROUTER_USAGE', { reason: `--value-of-time ${text} is not an amount of USD above 0.` })
}
