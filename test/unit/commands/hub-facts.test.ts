import { expect, test } from 'vitest'
import { hubFacts } from '../../../src/cli/hub/hub-facts.ts'

test('a hub says of models and providers what the catalogue and the presets say', async () => {
  const facts = await hubFacts()
  expect(facts.model('groq', 'llama-3.3-70b-versatile')).toMatchObject({
    canonical: 'meta-llama/llama-3.3-70b-instruct',
    contextLength: 131_072,
    maxOutputTokens: 32_768,
    inputModalities: ['text'],
    price: { input: expect.any(Number), output: expect.any(Number) },
  })
  expect(facts.model('groq', 'llama-3.3-70b-versatile')!.parameters).toContain('tools')
  expect(facts.provider('groq')).toEqual({
    title: 'Groq',
    dataCollection: 'deny',
    policySource: expect.stringMatching(/^https:/),
  })
})

test('of what nobody publishes it says nothing, but for what a name says', async () => {
  const facts = await hubFacts()
  expect(facts.model('groq', 'nobody-knows')).toBeUndefined()
  expect(facts.model('nowhere', 'some-model-fp8')).toEqual({ quantization: 'fp8' })
  expect(facts.provider('nowhere')).toBeUndefined()
})
