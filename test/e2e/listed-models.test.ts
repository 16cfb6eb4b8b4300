/** From key variables alone, hundreds of models are listed, each with what a client chooses by. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'

const PRESETS = ['deepinfra', 'fireworks', 'groq', 'mistral', 'together']
const MAKERS = ['anthropic', 'cohere', 'gemini', 'openai', 'openrouter']

interface Listed {
  readonly id: string
  readonly context_length: number
  readonly architecture: { readonly input_modalities: readonly string[] }
  readonly pricing: Readonly<Record<string, string>>
  readonly pricing_tiers?: readonly { readonly above_input_tokens?: number }[]
}

let router: Router
let models: readonly Listed[]

beforeAll(async () => {
  const providers = {
    ...Object.fromEntries(MAKERS.map((id) => [id, { api_key: 'key-of-an-account' }])),
    ...Object.fromEntries(
      PRESETS.map((id) => [id, { plugin: 'openai-compatible', preset: id, api_key: 'key-of-an-account' }]),
    ),
  }
  router = await startRouter({ config: { providers } })
  models = (await send(`${router.url}/v1/models`)).json?.data as Listed[]
})
afterAll(async () => {
  await router?.stop()
})

it('lists more than 400 models with context, modalities and prices', () => {
  expect(models.length).toBeGreaterThan(400)
  const whole = models.filter(
    ({ context_length, architecture, pricing }) =>
      context_length > 0 && architecture.input_modalities.length > 0 && pricing.prompt !== undefined,
  )
  expect(whole.length / models.length).toBeGreaterThan(0.95)
})

it('splits the price into what is charged for', () => {
  const priced = (rate: string) => models.filter(({ pricing }) => Number(pricing[rate]) > 0).length
  const rates = [
    'prompt',
    'completion',
    'input_cache_read',
    'input_cache_write',
    'audio',
    'image_token',
    'image_output',
  ]
  for (const rate of rates) expect([rate, priced(rate)]).toEqual([rate, expect.toSatisfy((count) => count > 0)])
})

it('says which rates hold for long prompts and tiers of service', () => {
  const tiers = models.flatMap(({ pricing_tiers = [] }) => pricing_tiers)
  expect(tiers.filter(({ above_input_tokens = 0 }) => above_input_tokens > 0).length).toBeGreaterThan(10)
})

it('shows the same on the command line', async () => {
  const { stdout, code } = await router.cli('models', '--json')
  expect(code).toBe(0)
  const { models: shown } = JSON.parse(stdout) as { models: { name: string }[] }
  expect(shown.map(({ name }) => name).sort()).toEqual(models.map(({ id }) => id).sort())
})
