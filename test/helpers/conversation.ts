/** A tool loop as clients keep it: what came is put together, kept in the history as it is, and given back. */
import { chunkFrame, eventFrame } from './aws-frames.ts'
import { anthropic, type Called, type Maker, responses } from './makers.ts'
import type { Behaviour, Json } from './upstream/types.ts'

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : [])

/** Answers as the maker, or refuses as it does; whoever is asked for a response answers with one. */
export function speak(own: Maker, thought: string, calls: readonly Called[], said: string): Behaviour {
  return ({ request, response }) => {
    const isInvoked = request.path.includes('/invoke')
    const maker = request.path.endsWith('/responses') ? responses : isInvoked ? anthropic : own
    const complaints = maker.refuses(request.json)
    const send = (status: number, type: string, body: string | Buffer): void => {
      response.writeHead(status, { 'content-type': type }).end(body)
    }
    if (complaints.length > 0) {
      const error = { type: 'invalid_request_error', message: complaints.join('; ') }
      return send(
        400,
        'application/json',
        JSON.stringify(maker.wire === 'anthropic-messages' ? { type: 'error', error } : { error }),
      )
    }
    const message = maker.message(thought, calls, said)
    const { whole, events } = SAID[maker.wire](message, calls.length > 0)
    if (request.stream && (isInvoked || maker.wire === 'bedrock-converse'))
      send(200, 'application/vnd.amazon.eventstream', Buffer.concat(events.map((event) => framed(event))))
    else if (request.stream) send(200, 'text/event-stream', events.join(''))
    else send(200, 'application/json', JSON.stringify(whole))
  }
}

const SAID = {
  'openai-chat': inChat,
  'anthropic-messages': inMessages,
  'openai-responses': inResponses,
  'bedrock-converse': inConverse,
  gemini: inGemini,
}

/** An event of Converse is a frame already; one of Messages goes in a chunk. */
const framed = (event: string | Buffer): Buffer =>
  typeof event === 'string' ? chunkFrame(JSON.parse(/^data: (.*)$/m.exec(event)![1]!) as Json) : event

function inConverse(message: Json, called: boolean) {
  const stopReason = called ? 'tool_use' : 'end_turn'
  const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 }
  const blocks = listOf(message.content).flatMap((block, contentBlockIndex) => {
    const { toolUse, reasoningContent } = block as { toolUse?: Json; reasoningContent?: { reasoningText: Json } }
    const delta = (delta: Json): Buffer => eventFrame('contentBlockDelta', { contentBlockIndex, delta })
    const thought = reasoningContent?.reasoningText
    const pieces = toolUse
      ? ['{"city":', '"Paris"}'].map((input) => delta({ toolUse: { input } }))
      : thought
        ? [{ text: thought.text }, { signature: thought.signature }].map((piece) => delta({ reasoningContent: piece }))
        : [delta(block)]
    const start = { toolUse: { toolUseId: toolUse?.toolUseId, name: toolUse?.name } }
    return [
      ...(toolUse ? [eventFrame('contentBlockStart', { contentBlockIndex, start })] : []),
      ...pieces,
      eventFrame('contentBlockStop', { contentBlockIndex }),
    ]
  })
  return {
    whole: { output: { message }, stopReason, usage, metrics: { latencyMs: 1 } },
    events: [
      eventFrame('messageStart', { role: 'assistant' }),
      ...blocks,
      eventFrame('messageStop', { stopReason }),
      eventFrame('metadata', { usage, metrics: { latencyMs: 1 } }),
    ],
  }
}

function inChat(message: Json, called: boolean) {
  const head = { id: 'c1', created: 1, model: 'm' }
  const finish_reason = called ? 'tool_calls' : 'stop'
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
  const { role, tool_calls, ...rest } = message
  const deltas: Json[] = [{ role, content: '' }]
  for (const [key, value] of Object.entries(rest)) if (value) deltas.push({ [key]: value })
  listOf(tool_calls).forEach((call, index) => {
    const { name, arguments: text } = call.function as { name: string; arguments: string }
    deltas.push({ tool_calls: [{ ...call, index, function: { name, arguments: text.slice(0, 4) } }] })
    deltas.push({ tool_calls: [{ index, function: { arguments: text.slice(4) } }] })
  })
  const chunk = (delta: Json, reason: string | null): string =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`
  return {
    whole: { ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage },
    events: [...deltas.map((delta) => chunk(delta, null)), chunk({}, finish_reason), 'data: [DONE]\n\n'],
  }
}

function inMessages(message: Json, called: boolean) {
  const stop_reason = called ? 'tool_use' : 'end_turn'
  const usage = { input_tokens: 10, output_tokens: 5 }
  const whole = { id: 'msg_1', type: 'message', model: 'm', ...message, stop_reason, stop_sequence: null, usage }
  const event = (type: string, body: Json): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`
  const blocks = listOf(message.content).flatMap((block, index) => [
    event('content_block_start', { index, content_block: emptied(block) }),
    ...deltasOf(block).map((delta) => event('content_block_delta', { index, delta })),
    event('content_block_stop', { index }),
  ])
  return {
    whole,
    events: [
      event('message_start', { message: { ...whole, content: [], stop_reason: null } }),
      ...blocks,
      event('message_delta', { delta: { stop_reason, stop_sequence: null }, usage }),
      event('message_stop', {}),
    ],
  }
}

function inGemini(content: Json) {
  const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 3, thoughtsTokenCount: 2, totalTokenCount: 15 }
  const rest = { usageMetadata, modelVersion: 'm', responseId: 'r1' }
  const event = (parts: Json[], more: Json): string =>
    `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts }, index: 0, ...more }], ...rest })}\n\n`
  return {
    whole: { candidates: [{ content, finishReason: 'STOP', index: 0 }], ...rest },
    events: [
      ...listOf(content.parts).map((part) => event([part], {})),
      event([{ text: '' }], { finishReason: 'STOP' }),
    ],
  }
}

function inResponses({ output }: Json) {
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 }
  const whole = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', status: 'completed', output, usage }
  let sequence_number = 0
  const event = (type: string, body: Json): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence_number++, ...body })}\n\n`
  const items = listOf(output).flatMap((item, output_index) => {
    const at = { output_index, item_id: item.id }
    const { encrypted_content: _, ...rest } = item
    const empty = { ...rest, summary: [], content: [], ...(item.arguments ? { arguments: '' } : {}) }
    const given = text(item.arguments)
    return [
      event('response.output_item.added', { output_index, item: empty }),
      ...listOf(item.summary).map(({ text: delta }, summary_index) =>
        event('response.reasoning_summary_text.delta', { ...at, summary_index, delta }),
      ),
      ...listOf(item.content).map(({ text: delta }, content_index) =>
        event('response.output_text.delta', { ...at, content_index, delta }),
      ),
      ...(given ? [event('response.function_call_arguments.delta', { ...at, delta: given.slice(0, 4) })] : []),
      event('response.output_item.done', { output_index, item }),
    ]
  })
  return {
    whole,
    events: [
      event('response.created', { response: { ...whole, status: 'in_progress', output: [], usage: null } }),
      ...items,
      event('response.completed', { response: whole }),
    ],
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const emptied = (block: Json): Json =>
  block.type === 'tool_use'
    ? { ...block, input: {} }
    : block.type === 'text'
      ? { type: 'text', text: '' }
      : { type: 'thinking', thinking: '', signature: '' }

function deltasOf(block: Json): Json[] {
  if (block.type === 'text') return [{ type: 'text_delta', text: block.text }]
  if (block.type === 'tool_use') return [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }]
  return [
    { type: 'thinking_delta', thinking: block.thinking },
    { type: 'signature_delta', signature: block.signature },
  ]
}

export type Surface = 'chat' | 'messages' | 'responses' | 'gemini'

/** What the assistant said, as a client of `surface` keeps it: a message, or items. */
export function kept(surface: Surface, stream: boolean, text: string): Json[] {
  if (surface === 'responses') return keptItems(stream, text)
  if (surface === 'gemini') return [keptContent(stream, text)]
  return [keptMessage(surface, stream, text)]
}

/** As Google's own client keeps it: all parts, as they came. */
function keptContent(stream: boolean, text: string): Json {
  const answers = stream ? eventsOf(text) : [JSON.parse(text) as Json]
  const parts = answers.flatMap(({ candidates }) => listOf((listOf(candidates)[0]?.content as Json)?.parts))
  return { role: 'model', parts: parts.filter((part) => part.text !== '' || part.thoughtSignature) }
}

/** As agents keep them: whole items, in order. */
function keptItems(stream: boolean, text: string): Json[] {
  if (!stream) return listOf((JSON.parse(text) as Json).output)
  return eventsOf(text)
    .filter(({ type }) => type === 'response.output_item.done')
    .map(({ item }) => item as Json)
}

function keptMessage(surface: 'chat' | 'messages', stream: boolean, text: string): Json {
  if (!stream) {
    const body = JSON.parse(text) as Json
    if (surface === 'chat') return listOf(body.choices)[0]?.message as Json
    return { role: 'assistant', content: body.content }
  }
  const events = eventsOf(text)
  return surface === 'chat' ? keptChat(events) : keptMessages(events)
}

const eventsOf = (text: string): Json[] =>
  text.split('\n\n').flatMap((event) => {
    const data = /^data: (\{.*)$/m.exec(event)?.[1]
    return data ? [JSON.parse(data) as Json] : []
  })

function keptChat(events: readonly Json[]): Json {
  const out: Json = { role: 'assistant', content: null }
  const calls: Json[] = []
  for (const event of events) {
    const { tool_calls, role: _, ...delta } = (listOf(event.choices)[0]?.delta ?? {}) as Json
    for (const [key, value] of Object.entries(delta)) {
      if (typeof value === 'string') out[key] = value === '' && !out[key] ? out[key] : `${out[key] ?? ''}${value}`
      else if (Array.isArray(value))
        out[key] =
          key === 'reasoning_details' ? merged(listOf(out[key]), listOf(value)) : [...listOf(out[key]), ...value]
    }
    for (const { index, ...call } of listOf(tool_calls)) {
      const at = Number(index)
      const before = (calls[at]?.function ?? {}) as Json
      const piece = (call.function ?? {}) as Json
      calls[at] = {
        ...calls[at],
        ...call,
        function: { ...before, ...piece, arguments: `${before.arguments ?? ''}${piece.arguments ?? ''}` },
      }
    }
  }
  return calls.length > 0 ? { ...out, tool_calls: calls } : out
}

function merged(before: Json[], more: Json[]): Json[] {
  const out = [...before]
  for (const detail of more) {
    const at = out.findIndex(({ index, type }) => index === detail.index && type === detail.type)
    if (at < 0) out.push(detail)
    else
      out[at] = { ...out[at], ...detail, ...joined(out[at]!, detail, 'text'), ...joined(out[at]!, detail, 'summary') }
  }
  return out
}

const joined = (before: Json, more: Json, key: string): Json =>
  before[key] === undefined && more[key] === undefined ? {} : { [key]: `${before[key] ?? ''}${more[key] ?? ''}` }

function keptMessages(events: readonly Json[]): Json {
  const content: Json[] = []
  for (const event of events) {
    const at = Number(event.index)
    if (event.type === 'content_block_start') content[at] = { ...(event.content_block as Json) }
    if (event.type !== 'content_block_delta') continue
    const block = content[at]!
    const delta = event.delta as Json
    if (delta.type === 'text_delta') block.text = `${block.text}${delta.text}`
    if (delta.type === 'thinking_delta') block.thinking = `${block.thinking}${delta.thinking}`
    if (delta.type === 'signature_delta') block.signature = delta.signature
    if (delta.type === 'input_json_delta') block.json = `${block.json ?? ''}${delta.partial_json}`
  }
  return {
    role: 'assistant',
    content: content.map(({ json, ...block }) => (json ? { ...block, input: JSON.parse(String(json)) } : block)),
  }
}

/** The results of all calls of what was kept, with what the user says beside them. */
export function results(surface: Surface, kept: readonly Json[], said: string): Json[] {
  if (surface === 'responses') {
    const calls = kept.filter(({ type }) => type === 'function_call')
    const outputs = calls.map(({ call_id }) => ({ type: 'function_call_output', call_id, output: '20 degrees' }))
    return [...outputs, { role: 'user', content: said }]
  }
  const message = kept[0]!
  if (surface === 'gemini') {
    const calls = listOf(message.parts).flatMap(({ functionCall }) => (functionCall ? [functionCall as Json] : []))
    const parts = calls.map(({ id, name }) => ({
      functionResponse: { ...(id ? { id } : {}), name, response: { result: '20 degrees' } },
    }))
    return [...(parts.length > 0 ? [{ role: 'user', parts }] : []), { role: 'user', parts: [{ text: said }] }]
  }
  if (surface === 'chat') {
    const answers = listOf(message.tool_calls).map((call) => ({
      role: 'tool',
      tool_call_id: call.id,
      content: '20 degrees',
    }))
    return [...answers, { role: 'user', content: said }]
  }
  const uses = listOf(message.content).filter(({ type }) => type === 'tool_use')
  const blocks = uses.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: '20 degrees' }))
  return [{ role: 'user', content: [...blocks, { type: 'text', text: said }] }]
}
