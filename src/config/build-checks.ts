import { ms } from './build-parts.ts'
import type { CheckConfig, TestsConfig } from './types.ts'
import { isMapping, type Mapping } from './view.ts'

/** How often each is right, unless the operator says so. */
const RELIABILITY: Readonly<Record<CheckConfig['check'], number>> = {
  schema: 0.95,
  tests: 0.95,
  judge: 0.9,
  agreement: 0.85,
  logprob: 0.8,
}
/** Likeness of two answers of prose, and mean log probability of a token. */
const ALIKE = 0.5
const SURE = -0.5
const TIMEOUT = '10s'

/** One check or a list of them, each by name or as a mapping. */
export const checksIn = (verify: unknown): Mapping[] =>
  (Array.isArray(verify) ? verify : [verify]).map((each) => (isMapping(each) ? each : { check: each }))

/** `judge`: the selector's own, whose model and budget hold for a check that names none. */
export const buildChecks = (verify: unknown, judge: Mapping | undefined): CheckConfig[] =>
  checksIn(verify).map((each, at) => buildCheck(each, at === 0, judge))

function buildCheck(each: Mapping, isFirst: boolean, judge: Mapping | undefined): CheckConfig {
  const check = each.check as CheckConfig['check']
  const reliability = (each.reliability as number | undefined) ?? RELIABILITY[check]
  const threshold = each.threshold as number | undefined
  if (check === 'schema') return { check, reliability }
  if (check === 'agreement') {
    const { parallel = isFirst } = each as { readonly parallel?: boolean }
    return { check, reliability, threshold: threshold ?? ALIKE, parallel }
  }
  if (check === 'logprob') return { check, reliability, threshold: threshold ?? SURE }
  if (check === 'judge') {
    const { model, budget, rpm } = { ...judge, ...each }
    const terms = { model: model as string, budgetUsd: budget as number }
    return { check, reliability, ...terms, ...(rpm !== undefined && { rpm: rpm as number }) }
  }
  const { command, url, timeout = TIMEOUT, request = false } = each
  return {
    check,
    reliability,
    ...(command !== undefined && { command: command as NonNullable<TestsConfig['command']> }),
    ...(url !== undefined && { url: url as string }),
    timeoutMs: ms(timeout),
    withRequest: request as boolean,
  }
}
