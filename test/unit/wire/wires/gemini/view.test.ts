import { expect, it } from 'vitest'
import { geminiView } from '../../../../../src/wire/wires/gemini/view.ts'

const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }]

it('asks for no tools where a request has none', () => {
  expect(geminiView({ contents })).not.toHaveProperty('tools')
  expect(geminiView({ contents, tools: [] })).not.toHaveProperty('tools')
})

it('shows the tools of the client and those that Google runs', () => {
  const tools = [{ functionDeclarations: [{ name: 'now' }] }, { googleSearch: {} }]
  expect(geminiView({ contents, tools }).tools).toEqual([
    { type: 'function', function: { name: 'now' } },
    { type: 'googleSearch' },
  ])
})
