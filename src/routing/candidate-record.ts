import type { CandidateRecord } from '../plugins/api.ts'
import type { PlannedRoute } from './planner.ts'

/** A candidate as the strategy saw it, for the decision log. What is nothing special is left out. */
export function candidateRecord({ endpoint, model, score, propensity, why, candidate }: PlannedRoute): CandidateRecord {
  const { position, ttft, speed, success, estimatedPrice, stall, inFlight, cap, outage, buffered, detectMs } = candidate
  return {
    endpoint: endpoint.id,
    model,
    score,
    propensity,
    why,
    ttftMs: Math.exp(ttft.mean),
    tokensPerSecond: Math.exp(speed.mean),
    success: success.a / (success.a + success.b),
    ...(estimatedPrice !== undefined && { priceUsd: estimatedPrice }),
    ttftSd: rounded(ttft.sd),
    speedSd: rounded(speed.sd),
    position,
    ...(endpoint.weight !== 1 && { weight: endpoint.weight }),
    ...(stall > 1 && { stall: rounded(stall) }),
    ...(inFlight > 0 && { inFlight }),
    ...(Number.isFinite(cap) && { cap: rounded(cap) }),
    ...(outage && { outage }),
    ...(buffered && { buffered }),
    ...(detectMs !== undefined && { detectMs: Math.round(detectMs) }),
  }
}

/** Four decimals: the log is read by programs, but paid by the byte. */
const rounded = (value: number) => Math.round(value * 1e4) / 1e4
