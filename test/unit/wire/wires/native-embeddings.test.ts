/** Embeddings through Cohere's and Ollama's own wires, beside what the tests over sockets show. */
import { expect, test } from 'vitest'
import { cohereEmbedConverter } from '../../../../src/wire/wires/cohere-embed/convert.ts'
import { ollamaEmbedConverter } from '../../../../src/wire/wires/ollama-embed/convert.ts'
import { context } from './anthropic-messages/convert/support.ts'

const URL_OF = 'data:image/png;base64,iVBORw0KGgo='

test('Cohere embeds texts and pictures together', () => {
  const input = [
    'text',
    { image: URL_OF },
    {
      content: [
        { type: 'text', text: 'x' },
        { type: 'image_url', image_url: { url: URL_OF } },
      ],
    },
  ]
  expect(cohereEmbedConverter.requestFromHub({ model: 'm', input, dimensions: 512 })).toEqual({
    model: 'm',
    input_type: 'search_document',
    inputs: [
      { content: [{ type: 'text', text: 'text' }] },
      { content: [{ type: 'image_url', image_url: { url: URL_OF } }] },
      {
        content: [
          { type: 'text', text: 'x' },
          { type: 'image_url', image_url: { url: URL_OF } },
        ],
      },
    ],
    embedding_types: ['float'],
    output_dimension: 512,
    truncate: 'NONE',
  })
})

test.each([cohereEmbedConverter, ollamaEmbedConverter])('tokens are refused: $wire', ({ requestFromHub }) => {
  expect(() => requestFromHub({ model: 'm', input: [1, 2] })).toThrow('input must be text')
  expect(() => requestFromHub({ model: 'm', input: [[1], [2]] })).toThrow('input must be text')
})

test('Ollama embeds no pictures', () => {
  expect(() => ollamaEmbedConverter.requestFromHub({ model: 'm', input: [{ image: URL_OF }] })).toThrow(
    'may only be text',
  )
})

test('errors stay errors', () => {
  const reason = { error: expect.objectContaining({ message: 'no' }) }
  expect(cohereEmbedConverter.responseToHub({ message: 'no' }, context)).toEqual(reason)
  expect(ollamaEmbedConverter.responseToHub({ error: 'no' }, context)).toEqual(reason)
})
