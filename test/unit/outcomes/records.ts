import type { FinishedRequest } from '../../../src/outcomes/log/finished-request.ts'
import { CandidateText, type Rank } from '../../../src/outcomes/log/record-line.ts'
import type { PluginLog, RequestRecord } from '../../../src/plugins/api.ts'
import { CLASS, NOW } from './helpers.ts'

export function record(different: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: 'gen-1772366400-abc',
    time: NOW,
    requestedModel: 'small:nitro',
    model: 'small',
    operation: 'chat',
    wire: 'openai-chat',
    class: CLASS,
    stream: true,
    strategy: 'adaptive',
    configVersion: '1f2e',
    inputTokensEstimate: 12,
    candidates: [
      {
        endpoint: 'a/m',
        model: 'small',
        score: 1.5,
        propensity: 1,
        why: 'first',
        ttftMs: 400,
        tokensPerSecond: 50,
        success: 0.97,
        priceUsd: 0.001,
      },
    ],
    excluded: [{ endpoint: 'b/m', model: 'small', reason: 'only', detail: 'not in provider.only' }],
    attempts: [
      {
        endpoint: 'c/m',
        kind: 'provider_error',
        startMs: 1,
        totalMs: 5,
        status: 500,
        message: 'Überlast 🙂\nline two',
      },
      {
        endpoint: 'a/m',
        kind: 'ok',
        startMs: 6,
        totalMs: 900,
        status: 200,
        ttftMs: 300,
        usage: { inputTokens: 11, outputTokens: 20, cacheReadTokens: 3, cacheWriteTokens: 2, reasoningTokens: 4 },
        costUsd: 0.0011,
        finishReason: 'stop',
      },
    ],
    kind: 'ok',
    upstreamId: 'chatcmpl-1',
    client: 'a1B2',
    totalMs: 907,
    overheadMs: 0.3,
    ...different,
  }
}

/** The same as the engine would give it. */
export function finished({ candidates, ...rest }: RequestRecord): FinishedRequest {
  const planned = candidates.map((candidate) => ({
    endpoint: { id: candidate.endpoint },
    model: candidate.model,
    record: candidate,
    json: new CandidateText().json(candidate as Rank, { record: candidate }),
    inFlight: candidate.inFlight ?? 0,
  }))
  return { ...(rest as Omit<FinishedRequest, 'planned'>), planned }
}

/** A log that remembers, so that a test can say what was told and how often. */
export function memoryLog(): PluginLog & {
  readonly lines: { level: string; fields: Record<string, unknown>; message: string }[]
} {
  const lines: { level: string; fields: Record<string, unknown>; message: string }[] = []
  const at = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push({ level, fields, message })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
