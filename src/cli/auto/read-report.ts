import { RouterError } from '../../base/errors.ts'
import type { Config } from '../../config/types.ts'
import { readRecords } from '../../outcomes/log/decision-log.ts'
import { Savings, type SelectorReport } from '../../replay/auto/savings.ts'

/** What the selectors of a configuration have saved, by the decision log. Throws ROUTER_USAGE. */
export async function readAutoReport(config: Config, selector: string | undefined): Promise<SelectorReport[]> {
  const selectors = [...config.models.values()].filter(({ select }) => select).map(({ name }) => name)
  if (selector !== undefined && !selectors.includes(selector)) {
    const known = selectors.length > 0 ? `Selectors: ${selectors.join(', ')}.` : 'No model has "select".'
    throw new RouterError('ROUTER_USAGE', { reason: `There is no selector ${selector}. ${known}` })
  }
  if (!config.log.outcomes)
    throw new RouterError('ROUTER_USAGE', { reason: 'The decision log is switched off (log.outcomes).' })
  const savings = new Savings()
  const onFeedback = savings.feedback.bind(savings)
  for await (const record of readRecords(config.log.outcomes.path, { onFeedback })) savings.request(record)
  return savings.report().filter((report) => selector === undefined || report.selector === selector)
}
