import { expect, test } from 'vitest'
import { generationReport } from '../../../src/reports/generation-report.ts'
import { record } from '../outcomes/records.ts'

test('shows all that the decision log has of a candidate, and what is ordinary where it has nothing', () => {
  const special = {
    ...record().candidates[0]!,
    inFlight: 3,
    validA: 4,
    validB: 1,
    position: 2,
    used: { requests: 1, tokens: 2 },
  }
  const { priceUsd: _, ...plain } = record().candidates[0]!
  expect(generationReport(record({ candidates: [special, plain] })).candidates).toEqual([
    {
      endpoint: 'a/m',
      model: 'small',
      score: 1.5,
      propensity: 1,
      why: 'first',
      ttft_ms: 400,
      tokens_per_second: 50,
      success: 0.97,
      price_usd: 0.001,
      price_ratio: 1,
      ttft_sd: null,
      speed_sd: null,
      position: 2,
      weight: 1,
      stall: 1,
      in_flight: 3,
      cap: null,
      outage: false,
      buffered: false,
      detect_ms: null,
      limited: 0,
      valid_a: 4,
      valid_b: 1,
      used: { requests: 1, tokens: 2 },
    },
    expect.objectContaining({ endpoint: 'a/m', price_usd: null, in_flight: 0 }),
  ])
})

test('shows attempts with their tokens beside the rest', () => {
  const { attempts } = generationReport(record()) as { attempts: object[] }
  expect(attempts[0]).toEqual({
    endpoint: 'c/m',
    outcome: 'provider_error',
    status: 500,
    start_ms: 1,
    ttft_ms: null,
    total_ms: 5,
    input_tokens: null,
    output_tokens: null,
    cost_usd: null,
    finish_reason: null,
    request_id: null,
    broken_events: 0,
    message: 'Überlast 🙂\nline two',
  })
  expect(attempts[1]).toMatchObject({ outcome: 'ok', input_tokens: 11, output_tokens: 20, cost_usd: 0.0011 })
})

test('shows the models that a selector chose among', () => {
  const model = { model: 'small', quality: 0.9, qualitySd: 0.1, opinions: 3, propensity: 1, why: 'cheapest' }
  const { selection } = generationReport(record({ selection: { name: 'auto', floor: 0.8, models: [model] } }))
  expect(selection).toEqual({
    name: 'auto',
    floor: 0.8,
    models: [
      { model: 'small', quality: 0.9, quality_sd: 0.1, opinions: 3, price_usd: null, propensity: 1, why: 'cheapest' },
    ],
  })
})
