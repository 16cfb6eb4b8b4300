import { stateDirectory } from '../config/find.ts'
import type { Config } from '../config/types.ts'
import { FederationAgent } from '../federation/member/agent.ts'
import { offeredEndpoints } from '../routing/catalogue.ts'
import type { Engine } from '../routing/engine.ts'
import { canonicalNames } from './canonical-name.ts'
import type { Log } from './log.ts'
import type { AppState } from './sharing.ts'

/** The router's part in a federation. `engine`: it is made after it. */
export function createAgent(config: Config, state: AppState, log: Log, engine: () => Engine): FederationAgent {
  const agent = new FederationAgent({
    stateDirectory: stateDirectory(config),
    config,
    book: state.book,
    log,
    models: () => offeredEndpoints(engine().catalogue),
    canonicalOf: canonicalNames(config),
    isEjected: (endpoint) => engine().state.health.state(endpoint, engine().now()) === 'open',
  })
  state.book.quality.onOpinion = (opinion, before) => agent.learnQuality(opinion, before)
  return agent
}
