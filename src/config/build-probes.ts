import type { Continent } from '../federation/protocol/words.ts'
import { ms } from './build-parts.ts'
import type { ChatProbe } from './schema/probes.ts'
import type { ProbesConfig } from './types.ts'
import type { Mapping } from './view.ts'

export function buildProbes(probes: Mapping): ProbesConfig {
  return {
    models: probes.models as string[],
    operations: probes.operations as ProbesConfig['operations'],
    chats: probes.chats as ChatProbe[],
    intervalMs: ms(probes.interval),
    place: probes.place as string,
    continent: probes.continent as Continent,
    budgetUsd: probes.budget_usd as number,
    maxOutputTokens: probes.max_output_tokens as number,
    concurrency: probes.concurrency as number,
    timeoutMs: ms(probes.timeout),
  }
}
