/**
 * Makers that refuse what the real ones refuse, for conversations that go from one to another. Each says what it thinks
 * in its own form and wants it back in that form; a maker more is an entry more.
 */
import type { Json } from './upstream/types.ts'

export interface Maker {
  /** Also its provider's id and its model's. */
  readonly name: string
  readonly provider: Json
  readonly wire: 'openai-chat' | 'anthropic-messages' | 'openai-responses' | 'bedrock-converse' | 'gemini'
  /** Makers with the same one read each other's thoughts: the same model behind several services. */
  readonly family?: string
  /** Complaints about a request; none when it is taken. */
  refuses(body: Json): string[]
  /** The assistant's message in its own wire (chat), its content (Messages) or its output (Responses). */
  message(thought: string, calls: readonly Called[], text: string): Json
}

export interface Called {
  readonly id: string
  readonly name: string
}

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const keysBeyond = (message: Json, allowed: readonly string[]): string[] =>
  Object.keys(message)
    .filter((key) => !allowed.includes(key))
    .map((key) => `unknown field ${key} of a message`)

/** Calls and results belong together, and ids are the maker's. */
function pairs(body: Json, id: RegExp): string[] {
  const messages = listOf(body.messages)
  return messages.flatMap((message, at) => {
    const calls = listOf(message.tool_calls).map((call) => text(call.id))
    const results: string[] = []
    for (let next = at + 1; messages[next]?.role === 'tool'; next++) results.push(text(messages[next]?.tool_call_id))
    return [
      ...calls.filter((call) => !id.test(call)).map((call) => `tool call id ${call}`),
      ...calls.filter((call) => !results.includes(call)).map((call) => `no result of ${call}`),
    ]
  })
}

const chatCalls = (calls: readonly Called[], extra: (at: number) => Json = () => ({})): Json =>
  calls.length === 0
    ? {}
    : {
        tool_calls: calls.map(({ id, name }, at) => ({
          id,
          type: 'function',
          function: { name, arguments: '{"city":"Paris"}' },
          ...extra(at),
        })),
      }

const PLAIN_KEYS = ['role', 'content', 'tool_calls', 'tool_call_id', 'name']

const openai: Maker = {
  name: 'openai',
  provider: { plugin: 'openai' },
  wire: 'openai-chat',
  refuses: (body) => [
    ...listOf(body.messages).flatMap((message) => keysBeyond(message, [...PLAIN_KEYS, 'refusal', 'audio'])),
    ...listOf(body.messages).flatMap((message) =>
      listOf(message.tool_calls).flatMap((call) => keysBeyond(call, ['id', 'type', 'function'])),
    ),
    ...pairs(body, /^[\w-]{1,40}$/),
  ],
  // Its reasoning stays with it.
  message: (_thought, calls, said) => ({ role: 'assistant', content: said || null, ...chatCalls(calls) }),
}

const deepseek: Maker = {
  name: 'deepseek',
  provider: { plugin: 'openai-compatible', preset: 'deepseek' },
  wire: 'openai-chat',
  refuses: (body) => [
    ...listOf(body.messages).flatMap((message) => keysBeyond(message, [...PLAIN_KEYS, 'refusal', 'reasoning_content'])),
    ...listOf(body.messages)
      .filter((message) => message.tool_calls && !text(message.reasoning_content))
      .map(() => 'The `reasoning_content` in the thinking mode must be passed back to the API.'),
    ...pairs(body, /./),
  ],
  message: (thought, calls, said) => ({
    role: 'assistant',
    content: said,
    reasoning_content: thought,
    ...chatCalls(calls),
  }),
}

const mistral: Maker = {
  name: 'mistral',
  provider: { plugin: 'openai-compatible', preset: 'mistral' },
  wire: 'openai-chat',
  refuses: (body) => {
    const messages = listOf(body.messages)
    return [
      ...messages.flatMap((message) => keysBeyond(message, [...PLAIN_KEYS, 'prefix'])),
      ...messages.flatMap((message) =>
        listOf(message.tool_calls).flatMap((call) => keysBeyond(call, ['id', 'type', 'function', 'index'])),
      ),
      ...messages
        .filter((message, at) => message.role === 'user' && messages[at - 1]?.role === 'tool')
        .map(() => 'user after tool'),
      ...pairs(body, /^[a-zA-Z0-9]{9}$/),
    ]
  },
  message: (thought, calls, said) => ({
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: [{ type: 'text', text: thought }] },
      ...(said ? [{ type: 'text', text: said }] : []),
    ],
    ...chatCalls(calls),
  }),
}

const gemini: Maker = {
  name: 'gemini',
  provider: { plugin: 'openai-compatible', preset: 'gemini' },
  wire: 'openai-chat',
  refuses: (body) => [
    ...listOf(body.messages).flatMap((message) => keysBeyond(message, PLAIN_KEYS)),
    ...listOf(body.messages).flatMap((message) => {
      const [first] = listOf(message.tool_calls)
      if (!first) return []
      const google = ((first.extra_content as Json | undefined)?.google ?? {}) as Json
      const signature = text(google.thought_signature)
      if (signature === '') return ['Function call is missing a thought_signature in functionCall parts.']
      return /^(U0lH.+|skip_thought_signature_validator)$/.test(signature) ? [] : ['Corrupted thought signature.']
    }),
    ...pairs(body, /./),
  ],
  message: (thought, calls, said) => ({
    role: 'assistant',
    content: said || null,
    ...chatCalls(calls, (at) =>
      at === 0
        ? { extra_content: { google: { thought_signature: `U0lH${Buffer.from(thought).toString('base64url')}` } } }
        : {},
    ),
  }),
}

const signatureOf = (thought: string): string => Buffer.from(`signed: ${thought}`).toString('base64')

export const anthropic: Maker = {
  name: 'claude-sonnet-4-5',
  family: 'claude',
  provider: { plugin: 'anthropic' },
  wire: 'anthropic-messages',
  refuses: (body) => {
    const messages = listOf(body.messages)
    const seen = new Set<string>()
    return messages.flatMap((message, at) => {
      const blocks = listOf(message.content)
      const uses = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => text(id))
      const results = listOf(messages[at + 1]?.content).map((block) => block.tool_use_id)
      const repeated = uses.filter((id) => seen.has(id))
      for (const id of uses) seen.add(id)
      return [
        ...(Array.isArray(message.content) && blocks.length === 0 ? ['empty content'] : []),
        ...blocks
          .filter((block) => block.type === 'thinking' && block.signature !== signatureOf(text(block.thinking)))
          .map(() => 'Invalid `signature` in `thinking` block'),
        ...blocks
          .filter((block) => block.type === 'redacted_thinking')
          .map(() => 'Invalid `data` in `redacted_thinking` block'),
        ...blocks.filter((block) => block.type === 'text' && !text(block.text).trim()).map(() => 'blank text'),
        ...uses.filter((id) => !/^[\w-]+$/.test(id)).map((id) => `tool_use id ${id}`),
        ...uses.filter((id) => !results.includes(id)).map((id) => `tool_use ${id} without a result`),
        ...repeated.map((id) => `tool_use id ${id} is not unique`),
      ]
    })
  },
  message: (thought, calls, said) => ({
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: thought, signature: signatureOf(thought) },
      ...(said ? [{ type: 'text', text: said }] : []),
      ...calls.map(({ id, name }) => ({ type: 'tool_use', id, name, input: { city: 'Paris' } })),
    ],
  }),
}

/** Claude at Bedrock, by Converse; who is asked in Messages answers as Anthropic does, in frames. */
const bedrock: Maker = {
  name: 'anthropic.claude-sonnet-4-5',
  family: 'claude',
  provider: { plugin: 'bedrock' },
  wire: 'bedrock-converse',
  refuses: (body) => {
    const messages = listOf(body.messages)
    const seen = new Set<string>()
    return [
      ...Object.keys(body)
        .filter((key) => key === 'model' || key === 'stream')
        .map((key) => `unknown field ${key}`),
      ...messages.flatMap((message, at) => {
        const blocks = listOf(message.content)
        const uses = blocks
          .flatMap(({ toolUse }) => (toolUse ? [toolUse as Json] : []))
          .map((use) => text(use.toolUseId))
        const results = listOf(messages[at + 1]?.content).map(({ toolResult }) => (toolResult as Json)?.toolUseId)
        const thoughts = blocks.flatMap(({ reasoningContent }) => (reasoningContent ? [reasoningContent as Json] : []))
        const repeated = uses.filter((id) => seen.has(id))
        for (const id of uses) seen.add(id)
        return [
          ...(message.role === (at % 2 === 0 ? 'user' : 'assistant') ? [] : ['roles must alternate']),
          ...(blocks.length === 0 ? ['empty content'] : []),
          ...blocks.filter((block) => block.text !== undefined && !text(block.text).trim()).map(() => 'blank text'),
          ...thoughts
            .map(({ reasoningText }) => (reasoningText ?? {}) as Json)
            .filter((thought) => thought.signature !== signatureOf(text(thought.text)))
            .map(() => 'Invalid signature in reasoningText'),
          ...uses.filter((id) => !/^[\w-]{1,64}$/.test(id)).map((id) => `toolUseId ${id}`),
          ...uses.filter((id) => !results.includes(id)).map((id) => `toolUse ${id} without a result`),
          ...repeated.map((id) => `toolUseId ${id} is not unique`),
          ...(uses.length > 0 && !body.toolConfig ? ['toolConfig must be defined'] : []),
        ]
      }),
    ]
  },
  message: (thought, calls, said) => ({
    role: 'assistant',
    content: [
      { reasoningContent: { reasoningText: { text: thought, signature: signatureOf(thought) } } },
      ...(said ? [{ text: said }] : []),
      ...calls.map(({ id, name }) => ({ toolUse: { toolUseId: id, name, input: { city: 'Paris' } } })),
    ],
  }),
}

/** Speaks Responses only, and keeps nothing. */
export const responses: Maker = {
  name: 'gpt-5',
  provider: { plugin: 'openai-compatible', chat_wires: ['openai-responses'] },
  wire: 'openai-responses',
  refuses: (body) => {
    const items = listOf(body.input)
    const results = items.filter(({ type }) => type === 'function_call_output').map(({ call_id }) => call_id)
    return [
      ...items.flatMap((item) => refusedItem(item)),
      ...items
        .filter(({ type, call_id }) => type === 'function_call' && !results.includes(call_id))
        .map(({ call_id }) => `No tool output found for function call ${call_id}.`),
      ...items
        .filter(({ type }, at) => type === 'reasoning' && !isOutput(items[at + 1]))
        .map(() => 'reasoning was provided without its required following item'),
      ...(body.store === false ? [] : ['store is not allowed']),
    ]
  },
  message: (thought, calls, said) => ({
    output: [
      {
        id: 'rs_1',
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: thought }],
        encrypted_content: encryptedOf(thought),
      },
      ...(said
        ? [
            {
              id: 'msg_1',
              type: 'message',
              role: 'assistant',
              content: [{ type: 'output_text', text: said, annotations: [] }],
            },
          ]
        : []),
      ...calls.map(({ id, name }, at) => ({
        id: `fc_${at}`,
        type: 'function_call',
        call_id: id,
        name,
        arguments: '{"city":"Paris"}',
      })),
    ],
  }),
}

const encryptedOf = (thought: string): string => Buffer.from(`encrypted: ${thought}`).toString('base64')

const isOutput = (item: Json | undefined): boolean =>
  item?.type === 'reasoning' || item?.type === 'function_call' || item?.role === 'assistant'

function refusedItem(item: Json): string[] {
  if (item.type === 'reasoning') {
    const summary = text(listOf(item.summary)[0]?.text)
    if (item.encrypted_content !== encryptedOf(summary)) return ['invalid_encrypted_content']
    return /^rs_/.test(text(item.id)) ? [] : [`reasoning with the id ${item.id}`]
  }
  if (item.type === 'function_call' && !/^.{1,64}$/.test(text(item.call_id))) return [`call_id ${item.call_id}`]
  return []
}

const partSignature = (thought: string): string => Buffer.from(`signed: ${thought}`).toString('base64')

/** Gemini's own API. */
const geminiNative: Maker = {
  name: 'gemini-3-pro',
  provider: { plugin: 'gemini' },
  wire: 'gemini',
  refuses: (body) => {
    const contents = listOf(body.contents)
    const partsOf = (content: Json | undefined, key: string): Json[] =>
      listOf(content?.parts).flatMap((part) => (part[key] ? [part] : []))
    return [
      ...Object.keys(body)
        .filter((key) => !['contents', 'tools', 'toolConfig', 'generationConfig', 'systemInstruction'].includes(key))
        .map((key) => `Unknown name "${key}": Cannot find field.`),
      ...(contents[0]?.role === 'user' ? [] : ['the first content is not of the user']),
      ...contents.flatMap((content, at) => {
        const calls = partsOf(content, 'functionCall')
        const results = partsOf(contents[at + 1], 'functionResponse')
        const signatures = partsOf(content, 'thoughtSignature').map((part) => text(part.thoughtSignature))
        return [
          ...(listOf(content.parts).length === 0 ? ['no parts'] : []),
          ...(calls.length === results.length || calls.length === 0
            ? []
            : ['number of function response parts is not equal to the number of function call parts']),
          ...(calls.length > 0 && !calls[0]?.thoughtSignature ? ['Function call is missing a thought_signature'] : []),
          ...signatures
            .filter((signature) => !/^(c2lnbmVkOiB0.+|skip_thought_signature_validator)$/.test(signature))
            .map((signature) => `Corrupted thought signature ${signature}`),
        ]
      }),
    ]
  },
  message: (thought, calls, said) => ({
    role: 'model',
    parts: [
      { text: thought, thought: true },
      ...(said ? [{ text: said, ...(calls.length === 0 && { thoughtSignature: partSignature(thought) }) }] : []),
      ...calls.map(({ name }, at) => ({
        functionCall: { name, args: { city: 'Paris' } },
        ...(at === 0 && { thoughtSignature: partSignature(thought) }),
      })),
    ],
  }),
}

export const MAKERS: readonly Maker[] = [openai, anthropic, deepseek, mistral, gemini, responses, bedrock, geminiNative]
