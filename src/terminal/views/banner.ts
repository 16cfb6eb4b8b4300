import { plural } from '../../base/format/text.ts'
import type { Config } from '../../config/types.ts'
import type { Catalogue } from '../../routing/catalogue.ts'
import type { Screen } from '../colour.ts'

interface Start {
  readonly url: string
  readonly config: Config
  readonly found: readonly string[]
  readonly catalogue: Catalogue
}

/** What `router serve` prints when it is ready: where it listens, what it found, and a request to paste. */
export function banner({ url, config, found, catalogue }: Start, { palette }: Screen): string {
  const models = [...catalogue.models.values()]
  const known = catalogue.known().size
  const endpoints = models.reduce((sum, model) => sum + model.routes.length, 0)
  // A simulated model costs nothing to try; a real one is what the operator wants to see.
  const model = (config.source.path === undefined ? catalogue.models.get('sandbox') : undefined) ?? models[0]
  const simulated = model?.routes.every(({ provider }) => provider.adapter.simulated)
  const more = models.length > 12 ? `, and ${models.length - 12} more` : ''
  const names = models.slice(0, 12).map(({ name }) => name)
  const named = models.length > 0 ? [`${names.join(', ')}${more} (${plural(endpoints, 'endpoint')})`] : []
  const beside = known > 0 ? [`${known} known of the providers: router models`] : []
  const source = config.source.path ?? 'no config file: this is what was found'
  const lines = [
    `${palette.bold('Commonroute')} listens on ${palette.cyan(url)}`,
    `  ${palette.dim('config')}     ${source}`,
    ...found.map((entry) => `  ${palette.dim('found')}      ${entry}`),
    `  ${palette.dim('models')}     ${[...named, ...beside].join(', and ')}`,
    ...(config.server.workers > 1 ? [`  ${palette.dim('workers')}    ${config.server.workers}`] : []),
    `  ${palette.dim('keys')}       ${config.auth.keys.length > 0 ? plural(config.auth.keys.length, 'client key') : 'none: only this machine may ask'}`,
  ]
  if (!model) return lines.join('\n')
  const key = config.auth.keys.length > 0 ? ` -H 'authorization: Bearer YOUR_KEY'` : ''
  return [
    ...lines,
    '',
    `Try it${simulated ? ' (simulated answers, no key needed)' : ''}:`,
    `  curl ${url}/v1/chat/completions -H 'content-type: application/json'${key} -d '${JSON.stringify({ model: model.name, messages: [{ role: 'user', content: 'Hello!' }] })}'`,
  ].join('\n')
}
