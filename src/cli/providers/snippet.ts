import { stringify } from 'yaml'
import type { KnownService } from '../../plugins/built-in.ts'

/** Lines for config.yaml with which the service is used: the provider, and a model to be filled in. */
export function snippetOf({ id, plugin, options = {}, models }: KnownService, keyVariable: string | undefined): string {
  const provider = {
    ...(plugin !== id && { plugin }),
    ...options,
    ...(keyVariable !== undefined && { api_key: `\${${keyVariable}}` }),
  }
  const model = models?.[0] ?? 'MODEL'
  return stringify(
    { providers: { [id]: provider }, models: { 'my-model': { endpoints: [`${id}/${model}`] } } },
    { lineWidth: 0 },
  )
}
