import type { App } from '../../app/router-app.ts'
import { type UpstreamModels, upstreamModels } from '../../routing/upstream/upstream-models.ts'

/** What every configured provider itself offers. */
export const askProviders = ({ catalogue }: Pick<App, 'catalogue'>): Promise<UpstreamModels[]> =>
  upstreamModels(catalogue.providers.values())
