import { ERRORS, RouterError, reasonOf } from '../../base/errors.ts'
import { usd } from '../../base/format/numbers.ts'
import { plural } from '../../base/format/text.ts'
import { parseDuration } from '../../base/units.ts'
import { toCsv } from '../../bench/csv.ts'
import { type Estimate, estimateCost } from '../../bench/estimate.ts'
import { makePrompt, tokensAtMost } from '../../bench/prompt.ts'
import { benchReport } from '../../bench/report.ts'
import { runBench } from '../../bench/run.ts'
import { summarize } from '../../bench/summary.ts'
import type { Config } from '../../config/types.ts'
import type { Outcome } from '../../outcomes/types.ts'
import type { Operation } from '../../plugins/api.ts'
import type { Screen } from '../../terminal/colour.ts'
import { startProgress } from '../../terminal/progress.ts'
import { benchView } from '../../terminal/views/bench.ts'
import { untilInterrupt } from '../interrupt.ts'
import { withApp } from '../with-app.ts'
import { benchTargets } from './bench-targets.ts'
import { operationsToMeasure } from './operations-to-measure.ts'

interface BenchFlags {
  readonly models: readonly string[]
  readonly endpoint?: readonly string[] | undefined
  readonly requests: number
  readonly concurrency: number
  readonly 'prompt-tokens': number
  readonly 'max-output-tokens': number
  readonly prompt?: string | undefined
  readonly operation?: string | undefined
  readonly timeout: string
  readonly yes: boolean
}

interface BenchResult {
  readonly text: string
  readonly csv: string
  readonly report: object
  readonly exit: number
}

/** Above this many dollars nothing is sent without `--yes`. */
const ASK_ABOVE_USD = 1
/** What a shell gives for a program ended by SIGINT. */
const EXIT_INTERRUPTED = 130

/** Runs `router bench`: says on stderr what it will cost and how far it is, and gives back what to print. */
export async function benchCommand(config: Config, flags: BenchFlags, screen: Screen): Promise<BenchResult> {
  const timeoutMs = parseDuration(flags.timeout)
  if (timeoutMs === undefined || timeoutMs <= 0) {
    throw new RouterError('ROUTER_USAGE', { reason: `--timeout ${flags.timeout} is not a duration such as 60s or 2m.` })
  }
  const prompt = flags.prompt ?? makePrompt(flags['prompt-tokens'])
  const promptTokens = tokensAtMost(prompt)
  const maxOutputTokens = flags['max-output-tokens']

  return withApp(config, async (app) => {
    const targets = benchTargets(config, app.endpoints, flags.models, flags.endpoint ?? [])
    const endpoints = targets.map(({ endpoint }) => endpoint.id)
    const simulated = targets.filter((target) => target.simulated)
    const real = targets.filter((target) => !target.simulated).map(({ endpoint }) => endpoint)
    const operationOf = operationsToMeasure(targets, app.book.endpoints(), flags.operation as Operation | undefined)
    const estimate = estimateCost(real, flags.requests, promptTokens, maxOutputTokens, operationOf)
    announce(flags, estimate, endpoints.length)

    const { requests, concurrency } = flags
    const interrupt = untilInterrupt()
    const progress = startProgress(requests * endpoints.length, 'Measuring', process.stderr)
    let failed = 0
    const started = new Date()
    const options = {
      endpoints,
      requests,
      concurrency,
      prompt,
      promptTokens,
      maxOutputTokens,
      timeoutMs,
      operationOf,
      signal: interrupt.signal,
    }
    const router = {
      probe: app.probe,
      record: (outcomes: readonly Outcome[]) => app.record(outcomes).catch(notCounted),
    }
    const samples = await runBench(router, options, ({ attempt }) => {
      if (attempt.kind !== 'ok') failed += 1
      progress.step(failed > 0 ? `${failed} failed` : '')
    }).finally(() => {
      progress.stop()
      interrupt.stop()
    })

    const summaries = summarize(endpoints, samples)
    const interrupted = interrupt.signal.aborted
    const answered = summaries.some((summary) => summary.ok > 0)
    if (interrupted)
      console.error(`Interrupted after ${plural(samples.length, 'request')} of ${requests * endpoints.length}.`)
    else if (!answered)
      console.error(`ROUTER_BENCH_FAILED: ${noAnswer(summaries.find(({ lastError }) => lastError)?.lastError)}`)
    const run = {
      started_at: started.toISOString(),
      requests,
      concurrency,
      max_output_tokens: maxOutputTokens,
      interrupted,
    }
    return {
      text: benchView(summaries, screen, new Set(simulated.map(({ endpoint }) => endpoint.id))),
      csv: toCsv(samples),
      report: benchReport(summaries, samples, run),
      exit: interrupted ? EXIT_INTERRUPTED : answered ? 0 : ERRORS.ROUTER_BENCH_FAILED.exit,
    }
  })
}

/** What was paid for is shown all the same. */
function notCounted(error: unknown): void {
  console.error(`The results are shown but not counted as the router's own: ${reasonOf(error)}`)
}

const noAnswer = (reason = 'every request failed') => new RouterError('ROUTER_BENCH_FAILED', { reason }).message

/** Says what is about to be sent and what it costs; refuses when that is much. */
function announce(flags: BenchFlags, estimate: Estimate, endpoints: number): void {
  const unpriced = estimate.unpriced.length > 0 ? ` No price is known for ${estimate.unpriced.join(', ')}.` : ''
  const free = estimate.usd === 0 && unpriced === ''
  const cost = free ? 'This costs nothing.' : `This costs real money: at most about ${usd(estimate.usd)}.${unpriced}`
  console.error(`${plural(flags.requests * endpoints, 'request')} to ${plural(endpoints, 'endpoint')}. ${cost}`)
  if (estimate.usd <= ASK_ABOVE_USD || flags.yes) return
  throw new RouterError('ROUTER_USAGE', {
    reason: `This may cost up to ${usd(estimate.usd)}. Add --yes to go ahead, or lower --requests or --max-output-tokens.`,
  })
}
