/** Arbitrary conversations and answers in both wires, each already in the form that a round trip gives back. */
import fc from 'fast-check'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'

/** Text that is not blank at its end, since a prefill may not be. */
export const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).map((value) => `${value}.`)
const base64 = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64'))
const mediaType = fc.constantFrom('image/png', 'image/jpeg', 'image/gif', 'image/webp')
const url = fc.webUrl({ validSchemes: ['https'] })
const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,16}$/)
const input = fc
  .dictionary(
    fc.string({ maxLength: 6 }).filter((key) => key !== '__proto__'),
    fc.jsonValue({ maxDepth: 2 }),
    { maxKeys: 3 },
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject)
export const usage = fc.record({ fresh: fc.nat(9999), read: fc.nat(9999), written: fc.nat(9999), output: fc.nat(9999) })

const some = <T>(one: fc.Arbitrary<T>, max = 3): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: max })
const maybe = (key: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<JsonObject> =>
  fc.option(value, { nil: undefined }).map((given) => (given === undefined ? {} : { [key]: given }))

// --- openai-chat

const part = fc.oneof(
  text.map((value) => ({ type: 'text', text: value })),
  fc
    .tuple(mediaType, base64)
    .map(([type, data]) => ({ type: 'image_url', image_url: { url: `data:${type};base64,${data}` } })),
  url.map((address) => ({ type: 'image_url', image_url: { url: address } })),
)
export const callNames = some(fc.tuple(name, input))

/** A user message, then an answer, which may call tools and gets their results. */
const round = (at: number): fc.Arbitrary<JsonObject[]> => {
  const user = fc
    .oneof(text, fc.array(part, { minLength: 2, maxLength: 4 }))
    .map((content) => ({ role: 'user', content }))
  const said = text.map((content) => [{ role: 'assistant', content }])
  const called = fc.tuple(fc.option(text), callNames, text).map(([content, calls, result]) => {
    const toolCalls = calls.map(([tool, args], index) => ({
      id: `call_${at}_${index}`,
      type: 'function',
      function: { name: tool, arguments: JSON.stringify(args) },
    }))
    const results = toolCalls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: result }))
    return [{ role: 'assistant', content, tool_calls: toolCalls }, ...results]
  })
  return fc.tuple(user, fc.oneof(said, called)).map(([first, rest]) => [first, ...rest])
}

export const openAiMessages: fc.Arbitrary<JsonObject[]> = fc
  .tuple(
    fc.option(text),
    fc.nat(4).chain((count) => fc.tuple(...Array.from({ length: count + 1 }, (_, at) => round(at)))),
  )
  .map(([system, rounds]) => [...(system === null ? [] : [{ role: 'system', content: system }]), ...rounds.flat()])

// --- anthropic-messages

const cached = maybe('cache_control', fc.constant({ type: 'ephemeral' }))
const textBlock = fc.tuple(text, cached).map(([value, cache]) => ({ type: 'text', text: value, ...cache }))
const imageBlock = fc
  .oneof(
    fc.tuple(mediaType, base64).map(([type, data]) => ({ type: 'base64', media_type: type, data })),
    url.map((address) => ({ type: 'url', url: address })),
  )
  .map((source) => ({ type: 'image', source }))
const thinkingBlock = fc.oneof(
  fc.tuple(fc.string(), base64).map(([thinking, signature]) => ({ type: 'thinking', thinking, signature })),
  base64.map((data) => ({ type: 'redacted_thinking', data })),
)

const turns = (at: number): fc.Arbitrary<JsonObject[]> => {
  const shown = fc.array(fc.oneof(textBlock, imageBlock), { minLength: 1, maxLength: 3 })
  const answer = fc.tuple(
    fc.array(thinkingBlock, { maxLength: 2 }),
    text,
    fc.array(fc.tuple(name, input), { maxLength: 3 }),
  )
  const result = fc.tuple(shown, maybe('is_error', fc.constant(true)), cached)
  return fc
    .tuple(shown, answer, result, shown)
    .map(([first, [thinking, said, calls], [content, failed, cache], after]) => {
      const uses = calls.map(([tool, args], index) => ({
        type: 'tool_use',
        id: `toolu_${at}_${index}`,
        name: tool,
        input: args,
      }))
      const results = uses.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content, ...failed, ...cache }))
      return [
        ...(at === 0 ? [{ role: 'user', content: first }] : []),
        { role: 'assistant', content: [...thinking, { type: 'text', text: said }, ...uses] },
        { role: 'user', content: [...results, ...after] },
      ]
    })
}

export const messagesConverter: fc.Arbitrary<JsonObject[]> = fc
  .nat(3)
  .chain((count) => fc.tuple(...Array.from({ length: count + 1 }, (_, at) => turns(at))))
  .map((rounds) => rounds.flat())

/** Content of an answer, with ids of its own. */
export const answerBlocks: fc.Arbitrary<JsonObject[]> = fc
  .tuple(fc.array(thinkingBlock, { maxLength: 2 }), fc.option(text), fc.array(fc.tuple(name, input), { maxLength: 3 }))
  .map(([thinking, said, calls]) => [
    ...thinking,
    ...(said === null ? [] : [{ type: 'text', text: said }]),
    ...calls.map(([tool, args], index) => ({ type: 'tool_use', id: `toolu_${index}`, name: tool, input: args })),
  ])
